import pytest

from turnstream.titles import clean_title


@pytest.mark.parametrize(
    ("answer", "title"),
    [
        ("Feeding the hungry fox", "Feeding the hungry fox"),
        ('"A Quiet Evening"', "A Quiet Evening"),
        ("**Title:** Trip to Lisbon.", "Trip to Lisbon"),
        ("\n\n  Sommer am See  \nmore text", "Sommer am See"),
        ("One two three four five six seven", "One two three four five"),
        ("« Un thé vert »", "Un thé vert"),
        ("", None),
        ('  "" \n ** ', None),
        ("x" * 300, "x" * 60),
    ],
)
def test_a_models_answer_becomes_a_title(answer: str, title: str | None) -> None:
    assert clean_title(answer) == title

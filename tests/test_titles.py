import pytest

from turnstream.titles import clean_title, first_words


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


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Where is my order?", "Where is my order?"),
        ("  two\n\nlines ", "two lines"),
        (" \n", None),
        ("I would like to know where my order is, please", "I would like to know where my order is…"),
        ("a" * 50, "a" * 40 + "…"),
        ("订" * 60, "订" * 40 + "…"),
    ],
)
def test_first_words(text: str, words: str | None) -> None:
    assert first_words(text) == words

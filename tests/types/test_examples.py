"""The JSON lines in the docstrings are real: each parses as the model that it explains."""

import inspect
import json

import pytest
from pydantic import BaseModel, TypeAdapter

from turnstream import types, widgets


def example_of(model: type[BaseModel]) -> str:
    """The JSON at the end of a docstring, or nothing."""
    return "{" + doc.partition("\n{")[2] if "\n{" in (doc := inspect.getdoc(model) or "") else ""


CLASSES = [
    c for module in (types, widgets) for n in module.__all__ if isinstance(c := getattr(module, n), type)
]
DOCUMENTED = [c for c in CLASSES if issubclass(c, BaseModel) and example_of(c)]


@pytest.mark.parametrize("model", DOCUMENTED, ids=lambda model: model.__name__)
def test_the_example_in_the_docstring_parses_and_comes_out_unchanged(model: type[BaseModel]) -> None:
    example = json.loads(example_of(model))
    written = TypeAdapter(model).dump_python(model.model_validate(example), mode="json", exclude_unset=True)
    assert {"type": example.get("type"), **written} == {"type": None, **example}


def test_every_public_class_says_what_it_is() -> None:
    assert [c.__name__ for c in CLASSES if not c.__doc__] == []

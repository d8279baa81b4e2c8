"""Templates build widgets from data, in a sandbox."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jinja2
import pytest
from pydantic import BaseModel

from tests.official import PAIRS
from turnstream.widgets import BasicRoot, DynamicWidgetRoot, WidgetTemplate

OFFICIAL = next(pair.official for pair in PAIRS if pair.name == "widgets")
HERE = Path(__file__).parent


def template(source: str) -> WidgetTemplate:
    return WidgetTemplate({"version": "1.0", "name": "t", "template": source})


def test_a_relative_file_lies_beside_the_caller() -> None:
    seat = WidgetTemplate.from_file("seat.widget")
    assert (seat.name, seat.version, seat.data_schema["type"]) == ("seat", "1.0", "object")
    assert WidgetTemplate.from_file(str(HERE / "seat.widget")).name == "seat"


@pytest.mark.parametrize(
    "data", [{"name": "</script> & \"Ada\" 'L'", "seats": ["12A", "12B"]}, {"name": "é\n", "seats": []}]
)
def test_it_builds_what_the_official_one_builds(data: dict[str, Any]) -> None:
    ours = WidgetTemplate.from_file("seat.widget").build(data)
    official = OFFICIAL.WidgetTemplate.from_file("seat.widget").build(data)
    assert isinstance(ours, DynamicWidgetRoot)
    assert ours.model_dump_json() == official.model_dump_json()


def test_data_may_be_a_model() -> None:
    class Seat(BaseModel):
        name: str
        seats: list[str] = []

    built = WidgetTemplate.from_file("seat.widget").build(Seat(name="Ada"))
    assert built.model_dump(exclude_none=True)["children"] == [{"type": "Text", "value": "Ada"}]


def test_a_missing_value_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError, match="name"):
        template('{"type": "Card", "value": "{{ name }}"}').build()
    with pytest.raises(TypeError, match="Undefined"):
        template('{"type": "Card", "value": {{ name | tojson }}}').build()


def test_templates_run_in_the_sandbox() -> None:
    with pytest.raises(jinja2.exceptions.SecurityError):
        template("{{ ''.__class__.__mro__ }}").build()


def test_an_unknown_version_is_refused() -> None:
    with pytest.raises(ValueError, match=r"'2\.0'"):
        WidgetTemplate({"version": "2.0", "name": "t", "template": "{}"})


def test_a_ready_template_is_used_as_it_is() -> None:
    ready = jinja2.Template('{"type": "Basic"}')
    assert WidgetTemplate({"version": "1.0", "name": "t", "template": ready}).build().type == "Basic"


def test_build_basic_still_works() -> None:
    with pytest.warns(DeprecationWarning, match="build"):
        root = template('{"type": "Basic", "gap": 2}').build_basic()  # pyright: ignore[reportDeprecated]
    assert isinstance(root, BasicRoot)
    assert json.loads(root.model_dump_json()) == {"type": "Basic", "gap": 2, "children": None}


def test_a_template_without_jinja_names_the_extra() -> None:
    code = (
        "import sys; sys.modules['jinja2'] = None\n"
        "from turnstream.widgets import WidgetTemplate\n"
        "try: WidgetTemplate({'version': '1.0', 'name': 't', 'template': '{}'})\n"
        "except ImportError as error: assert 'turnstream[widgets]' in str(error)\n"
        "else: raise AssertionError\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_jinja_is_imported_only_when_a_template_is_used() -> None:
    check = "import sys, turnstream.widgets; sys.exit('jinja2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0

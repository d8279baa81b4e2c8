"""What one package writes the other reads, and writes again in the same way."""

import json
import re
from functools import cache
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from tests.types.json_schemas import documents
from tests.types.test_official_schema import WITH_SCHEMA, schema_of

pytestmark = [
    pytest.mark.filterwarnings("ignore:Direct usage of named widget classes:DeprecationWarning"),
]

# Some widgets have fields here that the official ones lack.
ABSENT = re.compile(r"(, )?\b\w+=None")
UNHURRIED = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
# What the official server passes when it sends something.
SENT = {"by_alias": True, "exclude_none": True, "context": {"exclude_metadata": True}}
# What a store keeps.
STORED: dict[str, Any] = {}

# A bare Action without a payload type has a type variable that is never valid; the typed ones are in the
# requests.
CASES: dict[str, Any] = {
    str(case.id): case.values for case in WITH_SCHEMA if case.id not in {"actions.Action", "types.Action"}
}
UNIONS = ["widgets.WidgetRoot", "widgets.WidgetComponent", "types.ThreadItemUpdate", "types.WorkflowSummary"]


@cache
def adapters(case: str) -> tuple[TypeAdapter[Any], TypeAdapter[Any]]:
    ours, official = CASES[case]
    return TypeAdapter[Any](ours), TypeAdapter[Any](official)


@cache
def examples(case: str) -> st.SearchStrategy[Any]:
    return documents(schema_of(CASES[case][1], "validation"))


def written(adapter: TypeAdapter[Any], document: Any, how: dict[str, Any]) -> Any:
    return _without_ours(json.loads(adapter.dump_json(adapter.validate_json(json.dumps(document)), **how)))


OURS = {"client_effect": {"replay", "key"}, "client_tool_call": {"confirm"}, "widget": {"answer"}}


def _without_ours(sent: Any) -> Any:
    """The document without the nulls of the fields that only we have."""
    if isinstance(sent, list):
        return [_without_ours(each) for each in cast("list[Any]", sent)]
    if not isinstance(sent, dict):
        return sent
    known = cast("dict[str, Any]", sent)
    names = OURS.get(str(known.get("type")), set[str]())
    return {
        name: _without_ours(value) for name, value in known.items() if value is not None or name not in names
    }


@pytest.mark.parametrize("case", CASES)
@settings(max_examples=12, deadline=None, suppress_health_check=UNHURRIED)
@given(data=st.data())
def test_both_packages_write_the_same_and_read_each_other(case: str, data: st.DataObject) -> None:
    document = data.draw(examples(case))
    ours, official = adapters(case)
    for how in (SENT, STORED):
        by_us, by_them = written(ours, document, how), written(official, document, how)
        assert by_us == by_them
        assert written(ours, by_them, how) == written(official, by_us, how)


@pytest.mark.parametrize("case", UNIONS)
@settings(max_examples=60, deadline=None, suppress_health_check=UNHURRIED)
@given(data=st.data())
def test_unions_choose_the_same_class(case: str, data: st.DataObject) -> None:
    document = data.draw(examples(case))
    ours, official = adapters(case)
    by_us, by_them = repr(ours.validate_python(document)), repr(official.validate_python(document))
    assert ABSENT.sub("", by_us) == ABSENT.sub("", by_them)


def test_attachment_metadata_is_kept_and_never_sent() -> None:
    document = {
        "id": "atc_1",
        "name": "a",
        "mime_type": "text/csv",
        "type": "file",
        "metadata": {"owner": "u1"},
    }
    for adapter in adapters("types.Attachment"):
        assert "metadata" not in written(adapter, document, SENT)
        assert written(adapter, document, STORED)["metadata"] == {"owner": "u1"}

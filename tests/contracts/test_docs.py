"""What docs/contracts.md shows runs, and compiles."""

import re
from pathlib import Path
from typing import Any

from tests.contracts.compiler import complaints
from turnstream.contracts import collect, to_typescript

PAGE = (Path(__file__).parent.parent.parent / "docs" / "contracts.md").read_text("utf-8")
DECLARATIONS, *PAGES = re.findall(r"```(?:python|ts)\n(.+?)```", PAGE, re.DOTALL)


def test_the_example_is_declared_and_its_pages_compile(tmp_path: Path) -> None:
    names: dict[str, Any] = {"__name__": "docs_contracts"}
    exec(DECLARATIONS, names)
    found = collect(["docs_contracts"])
    assert names["UpdateStatus"](energy=80).event(replay="latest").model_dump(exclude_none=True) == {
        "type": "client_effect", "name": "update_status", "replay": "latest", "data": {"energy": 80,
          "mood": None},
    }  # fmt: skip
    assert [tool.name for tool in found.client_tools] == ["delete_rows", "get_selection"]
    types = to_typescript(found.effects, found.client_tools)
    one, other = PAGES
    assert complaints(tmp_path, types, one=one, other=other) == {
        "contracts.ts": [],
        "one.ts": [],
        "other.ts": [],
    }

"""The scripted model is repeatable, and its calls are counted over processes."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.model import ModelFault, ModelLog, Script, find_markers, speak, text_hash


async def spoken(script: Script, call_index: int = 0) -> str:
    return "".join([token async for token in speak(script, call_index)])


async def test_a_script_says_the_same_each_time() -> None:
    script = Script(marker="m1", token_count=30, delay_s=0)
    assert await spoken(script) == await spoken(script) == script.text()
    assert text_hash(script.text()) != text_hash(script.text(1)) != text_hash(Script(marker="m2").text(1))
    assert len(script.text().encode()) > len(script.text())


async def test_a_script_travels_as_text() -> None:
    script = Script(marker="m1", fault="slow", fault_at=3, tool="inline", tool_timeout_s=1.5, effect_count=2)
    assert Script.from_text(script.to_text()) == script


async def test_the_fault_comes_after_exactly_k_tokens() -> None:
    script = Script(marker="m1", delay_s=0, fault="raise", fault_at=7)
    speech = speak(script)
    assert [await anext(speech) for _ in range(7)] == script.tokens()[:7]
    with pytest.raises(ModelFault):
        await anext(speech)


def test_markers_are_found_in_complete_tokens_only() -> None:
    text = Script(marker="aa1", token_count=2).text() + Script(marker="bb2", token_count=1).text()
    assert find_markers(text) == {"aa1", "bb2"}
    assert find_markers(text + "[cc3.0") == {"aa1", "bb2"}
    assert find_markers("no [brackets] here") == set()


def test_calls_of_several_processes_are_all_counted(tmp_path: Path) -> None:
    path = tmp_path / "calls"
    code = (
        "import sys; from pathlib import Path; from tests.faults.model import ModelLog\n"
        "for k in range(200): ModelLog(Path(sys.argv[1])).add(sys.argv[2], k, 'thr')"
    )
    writers = [subprocess.Popen([sys.executable, "-c", code, path, f"m{number}"]) for number in range(3)]
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    calls = ModelLog(path).read()
    assert sorted((call.marker, call.call_index) for call in calls) == [
        (f"m{n}", k) for n in range(3) for k in range(200)
    ]
    assert len({call.pid for call in calls}) == 3


def test_a_log_that_nobody_wrote_is_empty(tmp_path: Path) -> None:
    assert ModelLog(tmp_path / "calls").read() == []

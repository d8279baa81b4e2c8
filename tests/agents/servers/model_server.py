"""A model's server as real as one gets offline: aimock, which speaks both of OpenAI's APIs from fixtures.

`model_fixtures.json` says what it answers, by words in the last message of the user: "say hello" (text),
"look up both" (two calls of `look` at once), "look first" (text, then a call), "pick a color" (a call of
`pick_color`), "think first" (reasoning), "count tokens" (usage), "search the web", "what is in the picture";
"write too much" and "say what is filtered" (early ends); "too many questions", "too long", "wrong key",
"wrong model", "fall over" (errors); "be cut off" (the connection is lost after some chunks), "take your time"
(slowly). To anything else it says "I heard you."

It knows no annotations, and its faults are not exact to the token: `scripted_server` is for those.
"""

import json
import os
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path
from select import select
from typing import Any

__all__ = ["ModelServer", "ModelServerMissingError"]

HERE = Path(__file__).parent
AIMOCK = HERE.parents[2] / "element" / "node_modules" / "@copilotkit" / "aimock"
START_S = 300.0
END_S = 5.0


class ModelServerMissingError(Exception):
    """Node or aimock is not installed."""


class ModelServer:
    """One process on a free port of 127.0.0.1, from `start` to `close`."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self.base_url = ""
        """Where both APIs begin: http://127.0.0.1:41234/v1"""

    def start(self) -> None:
        """Start it, and return when it listens.

        Raises:
            ModelServerMissingError: node or aimock is not there.
            RuntimeError: it does not start.
        """
        command = [_node(), str(HERE / "model_server.mjs"), str(HERE / "model_fixtures.json")]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        output = self._process.stdout
        assert output is not None
        is_there, _, _ = select([output], [], [], START_S)
        url = output.readline().decode().strip() if is_there else ""
        if not url.startswith("http://"):
            self.close()
            raise RuntimeError(f"{command} did not say where it listens within {START_S} s")
        self.base_url = f"{url}/v1"

    def close(self) -> None:
        """End it: it ends by itself when its input does, and is killed if it does not."""
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        process.stdin.close()
        try:
            process.wait(END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(END_S)
        assert process.stdout is not None
        process.stdout.close()

    def requests(self, word: str) -> list[dict[str, Any]]:
        """Return the bodies of the requests that came with `word` in them, in order."""
        with urllib.request.urlopen(
            f"{self.base_url.removesuffix('/v1')}/__aimock/journal", timeout=START_S
        ) as answer:
            entries: list[dict[str, Any]] = json.load(answer)
        return [entry["body"] for entry in entries if word in json.dumps(entry.get("body"))]


def _node() -> str:
    sibling = Path(sys.executable).with_name("node")
    node = str(sibling) if os.access(sibling, os.X_OK) else shutil.which("node")
    if node is None or not AIMOCK.is_dir():
        raise ModelServerMissingError(
            "the model's server needs node and @copilotkit/aimock: run scripts/install --test"
        )
    return node

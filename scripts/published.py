"""The installation instructions in README and docs: `scripts/published.py` writes them, `--check` only
compares.

On the day of the first release, set `IS_PUBLISHED` and run this.
"""

import re
import sys
from pathlib import Path

IS_PUBLISHED = False

ROOT = Path(__file__).resolve().parent.parent
REGION = re.compile(r"(<!-- install -->\n).*?(<!-- /install -->)", re.DOTALL)

BEFORE = {
    "README.md": """\
turnstream is not on PyPI yet. `make build` writes a wheel to `dist/`, which you can install anywhere without
Node: `pip install --find-links /path/to/turnstream/dist turnstream && turnstream demo`.
""",
    "docs/index.md": """\
turnstream is not on PyPI yet. In a clone of the repository, with Python 3.11 or newer, `make` and `git`:

```sh
make demo
```

`make build` writes a wheel to `dist/`, which installs without Node. In your own environment:

```sh
pip install --find-links /path/to/turnstream/dist turnstream
turnstream demo
```
""",
    "docs/models.md": """\
    pip install --find-links /path/to/turnstream/dist "turnstream[openai]"    # after `make build` in a clone
""",
    "docs/tutorial.md": """\
turnstream is not on PyPI yet. Clone the repository next to your empty folder and run `make build` in the
clone, `turnstream`. This writes the wheel to its `dist/` folder.

```sh
python3 -m venv .venv
. .venv/bin/activate
pip install --find-links ../turnstream/dist "turnstream[openai]"
mkdir page
```
""",
}

AFTER = {
    "README.md": "Without a clone: `pip install turnstream && turnstream demo`.\n",
    "docs/index.md": "```sh\npip install turnstream\nturnstream demo\n```\n",
    "docs/models.md": '    pip install "turnstream[openai]"\n',
    "docs/tutorial.md": """\
```sh
python3 -m venv .venv
. .venv/bin/activate
pip install "turnstream[openai]"
mkdir page
```
""",
}


def main(arguments: list[str]) -> int:
    stale: list[str] = []
    for name, words in (AFTER if IS_PUBLISHED else BEFORE).items():
        page = ROOT / name
        text = page.read_text("utf-8")
        written = REGION.sub(lambda region, words=words: f"{region[1]}{words}{region[2]}", text)
        if REGION.search(text) is None or written != text:
            stale.append(name)
        if "--check" not in arguments:
            page.write_text(written, "utf-8")
    if stale and "--check" in arguments:
        sys.stderr.write(
            f"run scripts/published.py: {', '.join(stale)} have outdated installation instructions\n"
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The element's TypeScript compiler, for the types that are written and pages that use them."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

__all__ = ["complaints"]

MODULES = Path(__file__).parent.parent.parent / "element" / "node_modules"
FLAGS = (
    "--strict --noEmit --skipLibCheck --module esnext --moduleResolution bundler --target es2022 --lib "
    "es2023,dom"
)
COMPLAINT = re.compile(r"^([\w.]+)\((\d+),\d+\): error", re.MULTILINE)


def complaints(folder: Path, types: str, **pages: str) -> dict[str, list[int]]:
    """Compile the types as `contracts.ts` with these pages; return the lines of each file that are
    refused.
    """
    node, compiler = shutil.which("node"), MODULES / "typescript" / "bin" / "tsc"
    if node is None or not compiler.is_file():
        pytest.skip("node or the TypeScript compiler is not installed")
    files = {"contracts.ts": types, **{f"{name}.ts": source for name, source in pages.items()}}
    for name, source in files.items():
        (folder / name).write_text(source, encoding="utf-8")
    (folder / "node_modules").symlink_to(MODULES)
    command = [node, str(compiler), *FLAGS.split(), *files]
    said = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout
    found = [(name, int(line)) for name, line in COMPLAINT.findall(said)]
    assert ("error" in said) == bool(found), said
    return {name: sorted({line for file, line in found if file == name}) for name in files}

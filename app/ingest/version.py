"""A name for the code that reads files: where it is another, everything is read again."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

APP = Path(__file__).parents[1]
PARSERS = ("markdown-it-py", "nh3", "detect-secrets", "python-slugify")


@cache
def reader() -> str:
    """A digest of the modules between a file and the library, and of the libraries that parse and clean."""
    code = hashlib.sha256()
    for folder in (APP / "text", APP / "ingest"):
        for module in sorted(folder.rglob("*.py")):
            code.update(module.read_bytes())
    code.update(" ".join(version(name) for name in PARSERS).encode())
    return code.hexdigest()[:12]

"""A site in a folder of its own, worked by its command line as an operator works it, and looked at from outside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

HINDSIGHT = (sys.executable, "-m", "app.cli")
ROOT = Path(__file__).parents[2]
RUNBOOK = """---
kind: runbook
audience: public
owner: platform
---
# {title}

## Symptoms

The log says `{word}` and nothing else.

## Mitigation

```sh
kubectl -n shop rollout restart deployment/{word}
```
"""


class Site:
    """`words[path]` is the word that the file at `path` holds now; no word is ever used twice."""

    def __init__(self, folder: Path, documents: int) -> None:
        self.content = folder / "content"
        self.index = folder / "index"
        self.environment = {
            **os.environ,
            "HINDSIGHT_DATA": str(folder / "data"),
            "HINDSIGHT_INDEX": str(self.index),
            "HINDSIGHT_CONTENT": str(self.content),
        }
        self.used = 0
        self.words: dict[str, str] = {}
        for number in range(documents):
            self.write(f"runbooks/case-{number:03}.md")

    def write(self, path: str) -> None:
        self.used += 1
        self.words[path] = f"zq{self.used:06}x"
        file = self.content / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(RUNBOOK.format(title=f"Case {Path(path).stem}", word=self.words[path]))

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """A command in the background, in a process group of its own."""
        return subprocess.Popen(
            (*HINDSIGHT, *arguments),
            env=self.environment,
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def run(self, *arguments: str, fine: tuple[int, ...] = (0,)) -> Any:
        """What a command answers with `--json`."""
        done = subprocess.run(
            (*HINDSIGHT, *arguments, "--json"),
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode in fine, f"{arguments} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
        return json.loads(done.stdout)

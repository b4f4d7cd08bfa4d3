"""A site with recurring incidents read in once for a whole module, and a copy of it for each test."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Site
from tests.insight.recurrences import CATALOG, postmortem
from tests.insight.stories import files, recurring, told, told_once

FULL = postmortem(
    "Disk full on the thumbnail hosts",
    "2025-06-01T10:00:00Z",
    ["Watch the free space | platform | 2025-07-01 | detect | open"],
    body=told("disk", 1)[1],
    resolved="2025-06-01T11:30:00Z",
    fixed_by="Deleted old debug logs.",
)
RUNBOOK = "---\nid: full\nkind: runbook\ntitle: Disk full\naudience: public\n---\n\n## Mitigation\n\nDelete logs.\n"


def write(site: Site, texts: dict[str, str]) -> None:
    for id, text in texts.items():
        site.write(f"postmortems/{id}.md", text.replace("---\n", f"---\nid: {id}\n", 1))


def tell(folder: Path, others: dict[str, str]) -> Path:
    """Three incidents of each problem, twelve that stand alone and these others, read in."""
    site = Site(folder)
    for name, text in {**CATALOG, "runbooks/full.md": RUNBOOK}.items():
        site.write(name, text)
    write(site, files(recurring(3) | told_once(12)) | others)
    assert site.run("ingest").exit_code == 0
    return folder

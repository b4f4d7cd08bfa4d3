"""Links between documents, checked before anybody follows them."""

from __future__ import annotations

from pathlib import Path

from app.ingest import checks
from app.settings import Settings

from .library import write

FRONT = "---\naudience: public\n---\n"


def told(settings: Settings, content: Path, files: dict[str, str]) -> list[tuple[str, int | None, str, str]]:
    write(content, {path: FRONT + text for path, text in files.items()})
    found = checks.check((), settings).problems
    return [(each.file, each.line, each.problem, each.mend) for each in found]


def test_links_that_lead_somewhere_are_no_problem(settings: Settings, content: Path) -> None:
    files = {
        "guides/a.md": "# A\n\n[b](../runbooks/b.md) [b](../runbooks/b.md#stop) [s](../runbooks/b.md#s-stop)\n"
        "[b](../runbooks/b)\n"
        "\n[up](#down) [out](https://example.org/x.md) [root](/x)\n\n## Down\n\n<a name='x'></a>",
        "runbooks/b.md": "# B\n\n## Stop it {#stop}\n\n[folder](../guides)",
        "guides/index.md": "# Guides",
    }
    assert told(settings, content, files) == []


def test_a_link_to_no_file_is_told_with_its_line_and_the_nearest_one(settings: Settings, content: Path) -> None:
    files = {
        "guides/a.md": "# A\n\nWords.\n\n## More\n\nSome\nmore [b](../runbooks/diskfull.md#x).\n",
        "runbooks/disk-full.md": "# B",
    }
    assert told(settings, content, files) == [
        (
            "guides/a.md",
            11,
            "The link to `../runbooks/diskfull.md#x` leads nowhere: there is no such file.",
            "Did you mean `runbooks/disk-full.md`? Correct or remove it.",
        )
    ]


def test_a_link_to_no_heading_is_told(settings: Settings, content: Path) -> None:
    files = {
        "guides/a.md": "# A\n\n[b](b.md#stop-bleeding) and [here](#nowhere)\n",
        "guides/b.md": "# B\n\n## Stop the bleeding\n\nNow.",
    }
    assert told(settings, content, files) == [
        (
            "guides/a.md",
            6,
            "The link to `b.md#stop-bleeding` leads to no heading of guides/b.md.",
            "Did you mean `stop-the-bleeding`? Correct or remove it.",
        ),
        ("guides/a.md", 6, "The link to `#nowhere` leads to no heading of guides/a.md.", "Correct or remove it."),
    ]


def test_a_part_of_a_source_may_link_to_the_rest_of_it(settings: Settings, content: Path) -> None:
    write(content, {"guides/a.md": f"{FRONT}[b](../runbooks/b.md#any) [c](../runbooks/c.md)", "runbooks/b.md": "# B"})
    found = checks.check([content / "guides"], settings).problems
    assert [each.problem for each in found] == ["The link to `../runbooks/c.md` leads nowhere: there is no such file."]

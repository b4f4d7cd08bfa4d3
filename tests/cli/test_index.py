from __future__ import annotations

import shutil
import signal

from tests.cli.conftest import Site


def test_a_deleted_index_comes_back(site: Site) -> None:
    site.runbook("one", "quokka")
    site.run("ingest")
    shutil.rmtree(site.index)
    answer = site.json("rebuild")
    assert list(answer) == ["documents", "revision", "took_ms"]
    assert (answer["documents"], answer["revision"] > 0) == (1, True)
    assert site.json("search", "quokka")["total"] == 1


def test_a_running_site_is_rebuilt_without_a_stop(site: Site) -> None:
    site.runbook("one", "quokka")
    site.run("ingest")
    site.serve()
    before = {folder.name for folder in site.index.iterdir() if folder.is_dir()}
    assert site.json("rebuild")["documents"] == 1
    after = {folder.name for folder in site.index.iterdir() if folder.is_dir()}
    assert after
    assert not after & before
    assert site.json("search", "quokka")["total"] == 1
    assert not (site.index / "rebuild-wanted").exists()


def test_a_rebuild_that_is_given_up_asks_for_nothing_any_more(site: Site) -> None:
    holder = site.start("worker", "--json")
    assert holder.stdout is not None
    holder.stdout.readline()
    holder.send_signal(signal.SIGSTOP)
    waiting = site.start("rebuild")
    try:
        while not (site.index / "rebuild-wanted").exists():
            assert waiting.poll() is None
        waiting.send_signal(signal.SIGINT)
        waiting.communicate()
    finally:
        holder.send_signal(signal.SIGCONT)
    assert waiting.returncode == 130
    assert not (site.index / "rebuild-wanted").exists()


def test_a_model_that_is_not_there_stops_a_command_and_names_its_setting(site: Site) -> None:
    site.environment["HINDSIGHT_MEANING"] = str(site.index / "no-model")
    for command in (["rebuild"], ["search", "quokka"], ["serve"], ["worker"]):
        assert "HINDSIGHT_MEANING=" in site.json(*command, code=2)["error"]["message"]

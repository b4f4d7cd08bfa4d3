"""A group of words is checked before it is saved, and can be put into `synonyms.yml` as it is downloaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import Invalid
from app.ingest import catalog
from app.ingest.sources import Source
from app.people.synonyms import as_yaml, group


def test_words_stand_between_commas_in_small_letters_each_once() -> None:
    assert group(" Kube,  k8s ,kube,\nthe   cluster,") == ["kube", "k8s", "the cluster"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "has 0"),
        ("kube", "has 1"),
        ("kube, KUBE", "has 1"),
        (", ".join(f"word{number}" for number in range(13)), "has 13"),
        ("kube, one two three four five", "too long"),
        ("kube, " + "x" * 61, "too long"),
        ("kube, the", "no word that is searched for"),
        ("kube, ?!", "no word that is searched for"),
    ],
)
def test_what_no_group_can_be_made_of_is_refused_with_the_reason(text: str, told: str) -> None:
    with pytest.raises(Invalid, match=told):
        group(text)


def test_the_download_is_a_synonyms_file(content: Path) -> None:
    groups = [["kube", "k8s"], ['a "b"', "c: d", "no"], ["#e", "- f"]]
    (content / "synonyms.yml").write_text(as_yaml(groups))
    reading = catalog.readings(Source("content", content))[0]
    assert reading.problems == []
    assert reading.data == {"synonyms": groups}

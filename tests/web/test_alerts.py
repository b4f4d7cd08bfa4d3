"""An alert's page: what a link in its annotation leads to, with the labels that the link brought."""

from __future__ import annotations

import pytest

from tests.web.published import READER, TEAM_SERVICE, TEAM_WORDS, Published, words


def test_an_alerts_page_answers_as_a_pasted_page_does(published: Published) -> None:
    text = words(published.client().get("/alerts/PgPoolSaturated"))
    for said in (
        "Do this PostgreSQL: too many connections Stop the bleeding",
        "Why: same alert PgPoolSaturated",
        "Last time Checkout down while the pool was exhausted",
        "Fixed by: Raised pool_size",
        "Promised",
    ):
        assert said in text


def test_labels_behind_the_name_fill_the_commands(own_site: Published) -> None:
    own_site.write(
        "runbooks/looping.md",
        "---\nid: looping\nkind: runbook\ntitle: A pod restarts\naudience: public\nalerts: [PodLooping]\n---\n\n"
        "## First steps\n\n```sh\nkubectl -n <namespace> logs <pod> -c <container>\n```\n",
    )
    own_site.ingest()
    response = own_site.client().get("/alerts/PodLooping?namespace=shop&pod=checkout-1&service=checkout")
    assert "kubectl -n shop logs checkout-1 -c <container>" in words(response)
    assert '<b class="filled">shop</b>' in response.text
    assert "Still to fill in: <container>" in words(response)
    assert "namespace shop" in words(response)
    assert "Who Checkout Platform" in words(response)
    attack = own_site.client().get("/alerts/PodLooping?namespace=$(rm -rf /)&pod=-rf")
    assert "kubectl -n '$(rm -rf /)' logs <pod> -c <container>" in words(attack)


def test_another_spelling_leads_to_the_name_and_keeps_the_labels(published: Published) -> None:
    response = published.client().get("/alerts/pgpoolsaturated?namespace=shop&pod=a%20b")
    assert response.status_code == 301
    assert response.headers["Location"] == "/alerts/PgPoolSaturated?namespace=shop&pod=a%20b"


def test_an_unknown_name_offers_the_nearest_and_a_runbook_to_write(published: Published) -> None:
    response = published.client().get("/alerts/PgPoolSaturatd?service=checkout")
    assert response.status_code == 404
    assert 'href="/alerts/PgPoolSaturated?service=checkout"' in response.text
    assert 'href="/runbooks/stub?alert=PgPoolSaturatd&amp;service=checkout"' in response.text
    assert "Who Checkout Platform" in words(response)


def test_a_hidden_name_is_not_offered(published: Published) -> None:
    near = TEAM_WORDS["alert"][:-1]
    assert TEAM_WORDS["alert"] not in published.client().get(f"/alerts/{near}?service={TEAM_SERVICE}").text.replace(
        near + "?", ""
    ).replace(f"alert={near}", "")
    assert f'href="/alerts/{TEAM_WORDS["alert"]}"' in published.client(READER).get(f"/alerts/{near}").text


@pytest.mark.parametrize("name", ["<script>", "a" * 3000, "%00", "..", "\u202ex", "%F0%9F%94%A5"])
def test_any_name_is_answered(published: Published, name: str) -> None:
    response = published.client().get(f"/alerts/{name}?{'x=' + 'y' * 500}&{'&'.join(f'l{n}=v' for n in range(200))}")
    assert response.status_code in (301, 308, 404)
    assert "<script>" not in response.text.replace('<script type="module"', "")

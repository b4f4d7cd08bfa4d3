"""Pages of documents: what a reader came for stands at the top, and no old address is lost."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from app.library import Document, DocumentAddress
from tests.web.published import HIDDEN, OUTSIDER, READER, Published, words

POSTMORTEM = "/postmortems/checkout-down/checkout-down-while-the-pool-was-exhausted"
RUNBOOK = "/runbooks/pool-exhausted/postgresql-too-many-connections"
TIME = re.compile(r'<time datetime="([^"]+)">([^<]+)</time>')


def text_of(published: Published, address: str, persona: str = "anonymous") -> str:
    response = published.client(persona).get(address)
    assert response.status_code == 200, address
    return words(response)


def edit(site: Published, path: str, before: str, after: str) -> None:
    file = site.content / path
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after))


@pytest.mark.parametrize(
    "old",
    [
        "/runbooks/pool-exhausted",
        "/runbooks/pool-exhausted/an-old-title",
        "/guides/pool-exhausted/an-old-title",
        "/postmortems/pool-exhausted",
    ],
)
def test_an_old_slug_or_kind_leads_to_the_address_in_force(published: Published, old: str) -> None:
    response = published.client().get(old)
    assert (response.status_code, response.headers["Location"]) == (301, RUNBOOK)


def test_a_redirect_keeps_the_question(published: Published) -> None:
    response = published.client().get("/runbooks/pool-exhausted?step=2&x=a%20b")
    assert response.headers["Location"] == f"{RUNBOOK}?step=2&x=a%20b"


def test_an_old_id_leads_to_the_address_in_force(own_site: Published) -> None:
    own_site.write("runbooks/unnamed.md", "---\nkind: runbook\naudience: public\n---\n# Unnamed\n\nText.\n")
    own_site.ingest()
    with own_site.database.read() as session:
        derived = session.scalars(select(Document.id).where(Document.path == "runbooks/unnamed.md")).one()
    edit(own_site, "runbooks/unnamed.md", "kind: runbook", "kind: runbook\nid: named-now")
    edit(own_site, "runbooks/unnamed.md", "# Unnamed", "# Named now")
    own_site.ingest()
    client = own_site.client()
    for old in (f"/runbooks/{derived}", f"/runbooks/{derived}/unnamed"):
        response = client.get(old, follow_redirects=True)
        assert response.status_code == 200
        assert "<h1>Named now</h1>" in response.text


def test_an_old_id_of_a_hidden_document_is_unknown(own_site: Published) -> None:
    with own_site.database.write() as session:
        session.add(DocumentAddress(old_id="old-ledger", document_id="ledger"))
    assert own_site.client(OUTSIDER).get("/runbooks/old-ledger").status_code == 404
    assert own_site.client(READER).get("/runbooks/old-ledger").status_code == 301


def test_an_old_anchor_still_lands_on_its_section(own_site: Published) -> None:
    edit(own_site, "runbooks/pool-exhausted.md", "## Stop the bleeding", "## Make room first")
    own_site.ingest()
    page = own_site.client().get(RUNBOOK).text
    assert page.count('id="s-stop-the-bleeding"') == 1
    section = page[page.index('id="s-stop-the-bleeding"') :]
    assert section.index("Make room first") < section.index("</section>")


def test_every_anchor_on_a_page_is_there_once_and_every_link_to_one_lands(published: Published) -> None:
    client = published.client(READER)
    for path in (POSTMORTEM, RUNBOOK, "/runbooks/ledger", "/guides/severity-levels", "/reading-lists/first-week"):
        page = client.get(path, follow_redirects=True).text
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert len(ids) == len(set(ids)), path
        assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids), path


def test_links_between_files_lead_to_pages(published: Published) -> None:
    page = published.client().get(POSTMORTEM).text
    assert f'<a href="{RUNBOOK}#s-stop-the-bleeding">runbook</a>' in page
    page = published.client().get(RUNBOOK).text
    assert f'<a href="{POSTMORTEM}">what happened before</a>' in page
    assert re.search(r"or\s+<a [^>]*href=\"https://www.postgresql.org/docs/\"", page)
    # A file that is not there is no link: its words stay.
    assert ", nothing or" in words(published.client().get(RUNBOOK))
    assert "no-such-file" not in page


def test_a_postmortem_says_at_the_top_what_a_reader_came_for(published: Published) -> None:
    page = text_of(published, POSTMORTEM)
    top = page[page.index("Incident Checkout down") : page.index("On this page")]
    for part in (
        "SEV2",
        "1 h 47 min",
        "Checkout",
        "PostgreSQL",
        "2026-08-03 03:12 UTC",
        "What fixed it: Raised pool_size and ended the idle transactions.",
        "Cause: Connections used up stated",
        "Every slot was taken by idle transactions.",
    ):
        assert part in top
    promised = page[page.index("Promised:") : page.index("Summary #")]
    assert "Promised: 1 overdue · 1 done · 1 won't do · 1 not stated" in promised
    assert "overdue Limit idle transactions prevent databases due 2026-09-01" in promised
    assert "done Alert on pool use" in promised
    assert "won't do Rewrite the pool" in promised
    assert "not stated Tell clients to wait process no owner stated" in promised
    assert "Impact: Nobody could pay for 107 minutes." in page
    assert page.index("detected 8 min later") < page.index("mitigated 30 min later") < page.index("resolved 1 h 9 min")


def test_what_the_text_does_not_say_is_not_stated(published: Published) -> None:
    page = text_of(published, "/postmortems/quiet/something-was-slow-once")
    for what in ("severity not stated", "duration not stated", "date not stated", "What fixed it: not stated"):
        assert what in page
    assert "Cause: not stated" in page.replace("Causes:", "Cause:")
    runbook = text_of(published, "/runbooks/ledger/obsidianite-ledger", READER)
    assert "review not stated" in runbook


def test_a_derived_value_is_marked(published: Published) -> None:
    page = text_of(published, "/postmortems/derived/a-deploy-that-was-rolled-back")
    assert "SEV3 derived" in page
    assert "SEV2 derived" not in text_of(published, POSTMORTEM)


def test_a_day_without_an_hour_is_written_as_a_day(published: Published) -> None:
    page = published.client().get("/postmortems/derived/a-deploy-that-was-rolled-back").text
    assert '<time datetime="2024-02-29">2024-02-29</time>' in page


def test_every_moment_can_be_read_by_a_script(published: Published) -> None:
    page = published.client().get(POSTMORTEM).text
    times = TIME.findall(page)
    assert ("2026-08-03T03:12:00Z", "2026-08-03 03:12 UTC") in times
    assert ("2026-09-01", "2026-09-01") in times
    head = page[page.index("<article") : page.index('<section id="s-')]
    assert len(re.findall(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", head)) == len(TIME.findall(head)) - 2  # two are days


def test_a_runbook_starts_at_its_first_step(published: Published) -> None:
    page = published.client().get(RUNBOOK).text
    folded = page[page.index('<details class="before"') : page.index("</details>", page.index('class="before"'))]
    assert "too many clients already" in folded
    assert "open" not in folded.split(">")[0]
    rest = page[page.index("</details>", page.index('class="before"')) :]
    assert rest.index("Stop the bleeding") < rest.index("Verify")
    text = text_of(published, RUNBOOK)
    assert "owner databases" in text
    assert "answers PgPoolSaturated" in text


def test_a_command_that_hides_something_says_so_and_refuses_to_be_copied(published: Published) -> None:
    page = published.client().get(RUNBOOK).text
    frames = re.findall(r'<div class="code"([^>]*)>(.*?)</pre>', page, re.S)
    refused = {body: attributes for attributes, body in frames if "data-refuse" in attributes}
    assert len(refused) == 1
    ((body, attributes),) = refused.items()
    assert "U+202E" in body
    assert HIDDEN not in page
    assert "U+202E" in attributes
    assert "by hand" in attributes


def test_code_is_shown_as_it_was_written(published: Published) -> None:
    page = published.client().get(RUNBOOK).text
    assert "<code>a &lt; b</code>" in page
    assert "&lt;img src=x onerror=x&gt;" in page
    assert "<img" not in page


def test_the_guide_renders_the_severity_matrix(published: Published) -> None:
    text = text_of(published, "/guides/severity-levels/severity-levels")
    for part in (
        "Take the first level that fits.",
        "SEV1 Everything is down",
        "The main thing does not work for most.",
        "Page everybody at once.",
        "Called: everybody on call; a commander.",
        "SEV2 Badly degraded",
        "15 min",
        "5 working days",
    ):
        assert part in text
    assert "Decides." not in text
    assert "Badly degraded" not in text_of(published, "/reading-lists/first-week/first-week-on-call")


def test_a_guide_may_render_the_roles_alone(own_site: Published) -> None:
    own_site.write(
        "guides/roles.md", "---\nid: roles\naudience: public\nrenders: roles\n---\n# Who does what\n\nFour.\n"
    )
    own_site.ingest()
    text = text_of(own_site, "/guides/roles/who-does-what")
    assert "The roles Incident commander Decides." in text
    assert "Badly degraded" not in text


def test_a_deleted_document_is_gone_and_its_return_is_seen(own_site: Published) -> None:
    client, file = own_site.client(), own_site.content / "runbooks/pool-exhausted.md"
    kept = file.read_text()
    file.unlink()
    own_site.ingest()
    for address in (RUNBOOK, "/runbooks/pool-exhausted"):
        assert client.get(address).status_code == 404
    assert "too many connections" not in client.get("/runbooks").text
    assert client.get("/alerts/PgTooManyConnections").status_code == 404
    assert RUNBOOK not in client.get(POSTMORTEM).text
    file.write_text(kept)
    own_site.ingest()
    assert client.get(RUNBOOK).status_code == 200


def test_a_title_cannot_break_out_of_the_page(own_site: Published) -> None:
    title = "</title></script>]]> {{7*7}} ${x} <b>bold</b> 'a' &amp;"
    front = "---\nid: hostile\nkind: runbook\naudience: public\nowner: <i>x</i>\ntags: [a]\n---\n"
    own_site.write("runbooks/hostile.md", f"{front}# {title}\n\nText zqhostile.\n")
    own_site.ingest()
    client = own_site.client()
    for address in ("/runbooks/hostile", "/runbooks", "/search?q=zqhostile", "/"):
        page = client.get(address, follow_redirects=True).text
        assert "{{7*7}}" in page, address
        assert "${x}" in page, address
        assert page.count("</title>") == 1, address
        assert "]]>" not in page, address
        assert "<i>x" not in page, address


def test_no_value_of_the_front_matter_becomes_a_dangerous_link(own_site: Published) -> None:
    own_site.write(
        "postmortems/links.md",
        """---
id: links
kind: postmortem
title: Links
audience: public
source: javascript:alert(1)
archive: data:text/html,x
checked_against: ["javascript:x", "https://good.example/a"]
---

## Summary

[a](javascript:x) [b](//evil.example) <a href="/\\evil.example">c</a>

## Action items

| Action | Tracker |
|---|---|
| Stop it | javascript:alert(1) |
| Track it | https://tracker.example/1 |
""",
    )
    own_site.ingest()
    client = own_site.client()
    for address in ("/postmortems/links", "/actions", "/search?q=links"):
        page = client.get(address, follow_redirects=True).text
        addresses = re.findall(r'href="([^"]*)"', page)
        assert not [each for each in addresses if not each.startswith(("/", "#", "?", "https://"))], address
        assert not [each for each in addresses if each.startswith(("//", "/\\"))], address
    assert "https://tracker.example/1" in client.get("/actions").text


def test_a_template_is_a_file_to_download(own_site: Published) -> None:
    own_site.write(
        "guides/template.md",
        "---\nid: our-template\naudience: public\ntemplate: post-mortem.md\n---\n# Template\n\nCopy it.\n\n"
        "````markdown\n# <what happened>\n\n```sh\na < b && c\n```\n````\n",
    )
    own_site.ingest()
    client = own_site.client()
    page = client.get("/guides/our-template", follow_redirects=True)
    assert "Download post-mortem.md" in words(page)
    file = client.get(f"{page.request.path}/template")
    assert file.text == "# <what happened>\n\n```sh\na < b && c\n```\n"
    assert file.headers["Content-Disposition"] == "attachment; filename=post-mortem.md"
    assert file.headers["Content-Type"] == "text/markdown; charset=utf-8"


def test_the_severity_table_is_downloaded_as_the_catalog_has_it(published: Published) -> None:
    file = published.client().get("/guides/severity-levels/severity-levels/template")
    assert file.headers["Content-Disposition"] == "attachment; filename=levels.md"
    assert "| SEV1 | Everything is down | The main thing does not work for most. |" in file.text
    assert "| 15 min | 30 min |" in file.text


def test_a_document_without_a_template_offers_none(published: Published) -> None:
    assert published.client().get(f"{RUNBOOK}/template").status_code == 404
    assert "Download" not in text_of(published, RUNBOOK)


def test_what_a_post_mortem_was_checked_against_is_said(own_site: Published) -> None:
    edit(
        own_site,
        "postmortems/checkout-down.md",
        "tags: [pool]",
        "tags: [pool]\nchecked_against: [https://archive.example.org/x, second-hand accounts only]",
    )
    own_site.ingest()
    page = text_of(own_site, POSTMORTEM)
    assert "Checked against archive.example.org , second-hand accounts only" in page

"""The board of misses: what is counted and what is not, who may look, and a synonym seen before it is saved."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, text
from werkzeug.test import TestResponse

from app.library import AskedQuery, JudgedAnswer, RewordedQuery, User
from app.people.misses import COUNTED, Tally
from app.web.outcomes import NAME
from tests.web.published import ADMIN, ANONYMOUS, OUTSIDER, READER, Published, csrf, words

OURS = {"Origin": "http://localhost"}
LEDGER = "/runbooks/ledger/obsidianite-ledger"
RUNBOOK = "/runbooks/pool-exhausted/postgresql-too-many-connections"


@pytest.fixture
def site(own_site: Published) -> Iterator[Published]:
    """The same site where the outsider is an editor: one whose teams may not see the ledger's documents."""
    with own_site.database.write() as session:
        session.scalars(select(User).where(User.email == OUTSIDER)).one().role = "editor"
        for counted in COUNTED:
            session.execute(delete(counted))
    return own_site


def tally(app: Flask) -> Tally:
    held = app.extensions[NAME]
    assert isinstance(held, Tally)
    return held


def asked(site: Published) -> dict[str, tuple[int, int]]:
    """How often each question was asked, and how often it found nothing."""
    tally(site.app).write(site.database)
    with site.database.read() as session:
        return {row.text: (row.asked, row.found_nothing) for row in session.scalars(select(AskedQuery))}


def tell(client: FlaskClient, headers: dict[str, str] | None = None, **form: str) -> TestResponse:
    return client.post("/search/outcome", data=form, headers=OURS if headers is None else headers)


def board(site: Published, about: str = "nothing", persona: str = OUTSIDER) -> str:
    return words(site.client(persona).get("/misses", query_string={"about": about}))


def post(client: FlaskClient, address: str, **form: str) -> TestResponse:
    return client.post(address, data={"csrf_token": csrf(client.get("/misses").text), **form})


def test_a_finished_question_is_counted_once_and_without_who(site: Published) -> None:
    site.client().get("/search?q=Pool")
    site.client(READER).get("/search?q=pool")
    site.client(READER).get("/search.json?q=zorblequux")
    assert asked(site) == {"pool": (2, 0), "zorblequux": (1, 1)}


@pytest.mark.parametrize(
    "address",
    [
        "/search.json?q=pool&typing=1",
        "/search.json?q=pool&typing=paused",
        "/search?q=pool&page=2",
        "/search?q=pool&explain=1",
        "/search?q=",
        "/search?q=" + "x" * 201,
        "/search?q=a%0Ab",
    ],
)
def test_what_is_no_finished_question_of_a_person_is_not_counted(site: Published, address: str) -> None:
    site.client().get(address)
    assert asked(site) == {}


def test_neither_a_look_ahead_nor_a_question_about_the_head_is_counted(site: Published) -> None:
    site.client().get("/search?q=pool", headers={"Sec-Purpose": "prefetch"})
    site.client().head("/search?q=pool")
    assert asked(site) == {}


@pytest.mark.parametrize("pasted", ["zorblequux down", "zorblequux\ndown\n"])
def test_what_is_pasted_for_a_look_up_is_not_counted(site: Published, pasted: str) -> None:
    client = site.client()
    token = csrf(client.get("/login").text)
    page = client.post("/lookup", data={"csrf_token": token, "q": pasted}, follow_redirects=True)
    assert page.status_code == 200
    assert 'id="was-this-it"' not in page.text
    assert asked(site) == {}


def test_secrets_and_personal_data_do_not_reach_the_database(site: Published) -> None:
    site.client().get("/search", query_string={"q": "login of ada@example.org password=Tr0ub4dor-3x"})
    assert list(asked(site)) == ["login of [masked: e-mail] password=[masked: password]"]


def test_the_setting_turns_all_of_it_off(site: Published) -> None:
    app = site.another_app(count_queries=False)
    client = app.test_client()
    page = client.get("/search?q=pool").text
    assert "was-this-it" not in page
    assert tell(client, q="pool", opened="no", asked="yes").status_code == 204
    tally(app).write(site.database)
    assert asked(site) == {}
    assert "Nothing is counted now" in words(site.client(OUTSIDER, app).get("/misses"))


def test_a_count_is_written_once_the_answer_is_out_and_then_not_for_a_while(site: Published) -> None:
    client = site.client()
    client.get("/search?q=pool", buffered=True)
    client.get("/search?q=pool", buffered=True)
    with site.database.read() as session:
        assert session.scalars(select(AskedQuery.asked)).all() == [1]
    assert asked(site) == {"pool": (2, 0)}


def test_the_search_answers_while_nothing_can_be_counted(site: Published) -> None:
    with site.database.write() as session:
        session.execute(text("ALTER TABLE asked_queries RENAME TO gone"))
    response = site.client().get("/search?q=pool", buffered=True)
    assert response.status_code == 200
    assert "PostgreSQL: too many connections" in words(response)
    assert site.client().get("/search.json?q=pool", buffered=True).status_code == 200


def test_a_browser_tells_what_became_of_a_question(site: Published) -> None:
    client = site.client()
    assert tell(client, q="pool", opened="no").status_code == 204
    tell(client, q="slots", opened="yes", before="Pool", asked="yes")
    tell(client, q="zorblequux", opened="no", asked="yes", nothing="yes")
    assert asked(site) == {"pool": (0, 0), "slots": (1, 0), "zorblequux": (1, 1)}
    with site.database.read() as session:
        again = session.scalars(select(RewordedQuery)).one()
        assert (again.text, again.other, again.times, again.opened) == ("pool", "slots", 1, 1)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_only_a_page_of_this_site_may_tell(site: Published, headers: dict[str, str]) -> None:
    client = site.client(READER)
    assert tell(client, headers, q="pool", opened="no").status_code == 400
    assert client.post("/search/was-this-it", data={"q": "pool", "no": RUNBOOK}, headers=headers).status_code == 400
    assert asked(site) == {}


@pytest.mark.parametrize("form", [{}, {"q": "pool"}, {"q": "pool", "opened": "maybe"}, {"opened": "yes"}])
def test_a_form_that_tells_nothing_is_refused(site: Published, form: dict[str, str]) -> None:
    assert tell(site.client(), **form).status_code == 400
    assert site.client().post("/search/was-this-it", data=form, headers=OURS).status_code == 400


def test_was_this_it_works_as_a_form_beside_every_hit(site: Published) -> None:
    client = site.client()
    page = client.get("/search?q=pool").text
    assert '<form id="was-this-it" action="/search/was-this-it" method="post"' in page
    value = re.search(r'form="was-this-it" name="no" value="([^"]+)"', page)
    assert value
    answer = client.post("/search/was-this-it", data={"q": "pool", "no": value[1]}, headers=OURS)
    assert "was not it" in words(answer)
    assert 'href="/search?q=pool"' in answer.text
    tally(site.app).write(site.database)
    with site.database.read() as session:
        row = session.scalars(select(JudgedAnswer)).one()
        assert (row.text, row.confirmed, row.rejected) == ("pool", 0, 1)
        assert f"/{row.document_id}/" in value[1]


@pytest.mark.parametrize("address", [LEDGER, "/runbooks/zzz/zzz", "", "/", "//evil.example", "x" * 3000])
def test_only_a_document_that_one_may_see_can_be_judged(site: Published, address: str) -> None:
    answer = site.client().post("/search/was-this-it", data={"q": "pool", "yes": address}, headers=OURS)
    assert answer.status_code == 404
    assert "Obsidianite" not in answer.text


@pytest.mark.parametrize("persona", [ANONYMOUS, READER])
def test_who_is_no_editor_finds_no_board(site: Published, persona: str) -> None:
    client = site.client(persona)
    for address in ("/misses", "/misses/synonym", "/misses/synonyms.yml"):
        assert client.get(address).status_code == (303 if persona == ANONYMOUS else 404)
    token = csrf(client.get("/login" if persona == ANONYMOUS else "/").text)
    for address in ("/misses/handled", "/misses/synonyms", "/misses/synonyms/1/withdraw"):
        form = {"csrf_token": token, "words": "a1, b1", "text": "pool"}
        assert client.post(address, data=form).status_code == 404
    assert "Misses" not in client.get("/").text


@pytest.mark.parametrize("persona", [OUTSIDER, ADMIN])
def test_editors_and_administrators_are_led_to_it(site: Published, persona: str) -> None:
    page = site.client(persona).get("/").text
    assert '<a href="/misses">Misses</a>' in page
    assert "What people searched for and did not find" in board(site, persona=persona)


def test_a_change_without_the_forms_token_is_refused(site: Published) -> None:
    editor = site.client(OUTSIDER)
    for address in ("/misses/handled", "/misses/synonyms", "/misses/synonyms/1/withdraw"):
        assert editor.post(address, data={"words": "a1, b1", "text": "pool"}).status_code == 400
    assert "a1" not in board(site, "synonyms")


def test_the_board_shows_each_kind_of_miss_with_its_numbers(site: Published) -> None:
    client = site.client()
    for _ in range(2):
        client.get("/search?q=zorblequux")
    client.get("/search?q=pool")
    tell(client, q="pool", opened="no")
    tell(client, q="connections", opened="yes", before="pool drained")
    client.post("/search/was-this-it", data={"q": "connections", "no": RUNBOOK}, headers=OURS)
    assert "zorblequux 2 times last" in board(site)
    assert "pool left 1 time opened 0 times asked 1 time last" in board(site, "unopened")
    assert "of 3 questions, 2 times" in board(site, "unopened")
    assert "pool drained → connections 1 time the second led to a result 1 time last" in board(site, "reworded")
    assert "connections › PostgreSQL: too many connections “No” 1 time “Yes” 0 times last" in board(site, "wrong")


def test_where_no_browser_has_told_anything_the_board_says_that_it_is_not_known(site: Published) -> None:
    site.client().get("/search?q=pool")
    page = board(site, "unopened")
    assert "Not known" in page
    assert "nothing about the question that was asked" in page
    assert "pool left" not in page


def test_an_editor_sees_no_title_that_they_may_not_see(site: Published) -> None:
    site.client(READER).post("/search/was-this-it", data={"q": "stuck", "no": LEDGER}, headers=OURS)
    assert "Obsidianite ledger" in board(site, "wrong", ADMIN)
    page = site.client(OUTSIDER).get("/misses?about=wrong").text
    assert "Obsidianite" not in page
    assert "stuck" not in page
    looked = site.client(OUTSIDER).get("/misses/synonym?show=yes&words=serpentinex,zorblequux")
    assert "Obsidianite" not in looked.text
    assert "Still nothing is found that you can see" in words(looked)


def test_what_is_handled_is_hidden_until_it_is_asked_again(site: Published) -> None:
    client, editor = site.client(), site.client(OUTSIDER)
    client.get("/search?q=zorblequux")
    assert "zorblequux" in board(site)
    assert post(editor, "/misses/handled", text="zorblequux", about="nothing").status_code == 303
    assert "zorblequux" not in board(site)
    client.get("/search?q=zorblequux")
    assert "zorblequux 2 times" in board(site)


def test_a_synonym_shows_what_it_changes_before_it_is_saved(site: Published) -> None:
    client, editor = site.client(), site.client(OUTSIDER)
    client.get("/search?q=wobblegong")
    looked = words(editor.get("/misses/synonym?show=yes&text=wobblegong&words=Wobblegong, basket"))
    assert "wobblegong 0 → 1 found new A deploy that was rolled back" in looked
    assert "basket 1 found The first results stay as they are" in looked
    assert client.get("/search.json?q=wobblegong").json == {**(client.get("/search.json?q=wobblegong").json or {})}
    assert (client.get("/search.json?q=wobblegong").json or {})["total"] == 0
    assert post(editor, "/misses/synonyms", words="wobblegong, basket", text="wobblegong").status_code == 303
    assert (client.get("/search.json?q=wobblegong").json or {})["total"] == 1


def test_an_added_synonym_says_who_and_when_is_downloaded_and_withdrawn(site: Published) -> None:
    client, editor = site.client(), site.client(OUTSIDER)
    client.get("/search?q=wobblegong")
    post(editor, "/misses/synonyms", words="wobblegong, db", text="wobblegong")
    page = board(site, "synonyms")
    assert "wobblegong = db" in page
    assert f"by {OUTSIDER}" in page
    assert "joined with database" in page
    assert "wobblegong" not in board(site)
    download = editor.get("/misses/synonyms.yml")
    assert download.text == 'synonyms:\n  - ["wobblegong", "db"]\n'
    assert download.headers["Content-Disposition"] == "attachment; filename=synonyms.yml"
    id = re.search(r"/misses/synonyms/(\d+)/withdraw", editor.get("/misses?about=synonyms").text)
    assert id
    post(editor, id[0])
    assert "wobblegong" not in board(site, "synonyms")
    assert (client.get("/search.json?q=wobblegong").json or {})["total"] == 0


def test_a_synonym_that_cannot_be_is_refused_with_what_to_write(site: Published) -> None:
    editor = site.client(OUTSIDER)
    response = editor.get("/misses/synonym?show=yes&words=alone")
    assert response.status_code == 400
    assert "2 to 12 words, with commas between" in words(response)
    assert 'value="alone"' in response.text
    assert post(editor, "/misses/synonyms", words="alone").status_code == 400
    assert post(editor, "/misses/synonyms/999/withdraw").status_code == 404


@pytest.mark.parametrize(
    ("asked", "other", "begun"),
    [
        ("pool drained", "pool exhausted", "drained, exhausted"),
        ("wobblegong", "", "wobblegong"),
        ("wobblegong service:basket after:90d", "", "wobblegong"),
        ("service:basket pool drained", "pool exhausted service:basket", "drained, exhausted"),
        ("a long question of many words here", "", ""),
        ("", "", ""),
    ],
)
def test_the_form_begins_with_the_words_that_differ(site: Published, asked: str, other: str, begun: str) -> None:
    page = site.client(OUTSIDER).get("/misses/synonym", query_string={"text": asked, "other": other}).text
    assert f'name="words" value="{begun}"' in page


def test_a_miss_starts_a_runbook(site: Published) -> None:
    site.client().get("/search?q=wobblegong")
    assert 'href="/runbooks/stub?query=wobblegong"' in site.client(OUTSIDER).get("/misses").text


def test_a_miss_that_was_narrowed_starts_a_runbook_of_that_service_by_its_words(site: Published) -> None:
    site.client().get("/search?q=service:basket+wobblegong+after:2020")
    assert 'href="/runbooks/stub?query=wobblegong&amp;service=basket"' in site.client(OUTSIDER).get("/misses").text


def test_the_boards_pages_are_sound(site: Published) -> None:
    client = site.client()
    client.get("/search?q=<b>zorble</b>")
    post(site.client(ADMIN), "/misses/synonyms", words="wobblegong, <i>x</i>")
    for about in ("nothing", "unopened", "reworded", "wrong", "synonyms", "other"):
        page = site.client(OUTSIDER).get("/misses", query_string={"about": about})
        assert page.status_code == 200
        assert len(re.findall(r"<h1[ >]", page.text)) == 1
        assert "<b>zorble" not in page.text
        assert "<i>x" not in page.text

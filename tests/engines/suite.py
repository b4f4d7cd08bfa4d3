"""The conformance suite: what every engine does. An engine's test file is a subclass with an `index` fixture."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import pairwise

import numpy as np
import pytest

from app.errors import Conflict
from app.search import weights
from app.search.document import day_number
from app.search.engine import Changes, Request, Visibility
from app.search.likeness import packed
from app.search.plan import AtLeast, Days, Group, Node, Plan, Sequence, Term, Value, Without

from .shelf import Index, Shelf, document, word


def phrase(*tokens: str) -> Sequence:
    terms = tuple(Term(token, 1.0) for token in dict.fromkeys(tokens))
    return Sequence(tokens, tuple(range(len(tokens))), terms)


def rows(*directions: tuple[float, float]) -> tuple[bytes, ...]:
    """Vectors of two dimensions, as a document holds them."""
    return packed(np.array(directions, np.float32))


def impact(*fields: tuple[float, int, int, float]) -> float:
    """Of fields as (weight, occurrences, length, average length)."""
    frequency = sum(
        weight * times / (1 - weights.B + weights.B * length / average) for weight, times, length, average in fields
    )
    return frequency * (weights.K1 + 1) / (frequency + weights.K1)


class EngineSuite:
    @pytest.fixture
    def index(self) -> Index:
        raise NotImplementedError("an engine's test file says which index is meant")

    @pytest.fixture
    def shelf(self, index: Index) -> Iterator[Shelf]:
        shelf = Shelf(index)
        yield shelf
        shelf.close()

    # Words

    @pytest.mark.parametrize("place", ["title", "alerts", "heading", "body"])
    def test_a_word_is_found_wherever_it_stands(self, shelf: Shelf, place: str) -> None:
        texts = {"title": "one", "alerts": "two", "heading": "three", "body": "four", place: "etcd"}
        sections = [(texts["heading"], texts["body"])]
        shelf.put(document("a", title=texts["title"], alerts=texts["alerts"], sections=sections), document("b", "disk"))
        found = shelf.search(word("etcd"))
        assert [hit.id for hit in found.hits] == ["a"]
        assert found.hits[0].anchor == ("s0" if place in ("heading", "body") else "")
        assert found.tokens == {"etcd"}

    def test_a_document_with_none_of_the_words_is_no_hit(self, shelf: Shelf) -> None:
        shelf.put(document("both", "etcd disk"), document("one", "etcd pool"), document("none", "queue"))
        found = shelf.search(word("etcd"), word("disk"))
        assert [hit.id for hit in found.hits] == ["both", "one"]
        assert found.total == 2

    def test_a_word_that_nothing_holds_finds_nothing(self, shelf: Shelf) -> None:
        shelf.put(document("a", "disk"))
        found = shelf.search(word("etcd"))
        assert (found.total, found.hits, found.tokens, found.corrections) == (0, (), frozenset(), {})

    def test_a_score_is_the_best_section_and_a_share_of_the_whole(self, shelf: Shelf) -> None:
        shelf.put(
            document("a", title="etcd 22", sections=[("disk", "etcd 33 44"), ("", "55")]),
            document("b", sections=[("66", "77 88")]),
        )
        # Tokens with their stems: headings 2 and 1, bodies 4 and 2; titles 3 and 0.
        section = impact((weights.HEADING, 0, 2, 1.0), (weights.BODY, 1, 4, 7 / 3))
        whole = impact((weights.TITLE, 1, 3, 1.5), (weights.BODY, 1, 5, 3.5))
        hit = shelf.search(word("etcd", 0.7)).hits[0]
        expected = 0.7 * weights.idf(2, 1) * (section + weights.WHOLE * whole)
        assert (hit.id, hit.anchor) == ("a", "s0")
        assert hit.score == pytest.approx(expected, rel=1e-5)

    def test_a_rarer_word_counts_more(self, shelf: Shelf) -> None:
        shelf.put(document("a", "11"), document("b", "22"), document("c", "22"), document("d", "22"))
        scores = shelf.scores(word("11"), word("22"))
        assert scores["a"] / scores["b"] == pytest.approx(weights.idf(4, 1) / weights.idf(4, 3), rel=1e-5)

    def test_terms_of_a_word_add_up(self, shelf: Shelf) -> None:
        shelf.put(document("a", "11 22"), document("b", "33"))
        both = shelf.scores(Group((Term("11", 0.6), Term("22", 0.4))))
        alone = shelf.scores(word("11", 0.6))["a"] + shelf.scores(word("22", 0.4))["a"]
        assert both == {"a": pytest.approx(alone, rel=1e-5)}

    def test_the_exact_word_comes_before_its_stem(self, shelf: Shelf) -> None:
        shelf.put(document("stem", "timeouts here"), document("exact", "timeout here"), document("other", "queue here"))
        assert shelf.ask("timeout") == ["exact", "stem"]
        assert shelf.ask("timeouts") == ["stem", "exact"]

    def test_a_synonym_is_found_below_the_word_itself(self, shelf: Shelf) -> None:
        shelf.put(document("synonym", "database down"), document("word", "db down"), document("other", "queue down"))
        assert shelf.ask("db", {"db": ("database",)}) == ["word", "synonym"]
        assert shelf.ask("db") == ["word"]

    def test_an_identifier_is_found_whole_and_by_its_parts(self, shelf: Shelf) -> None:
        shelf.put(document("a", "see KubePodCrashLooping"), document("b", "pod crash looping"), document("c", "queue"))
        assert shelf.ask("KubePodCrashLooping") == ["a", "b"]
        assert "a" in shelf.ask("crash")
        assert shelf.ask("kubepodcrashlooping") == ["a"]

    # Completions

    def test_a_prefix_finds_every_word_that_starts_so(self, shelf: Shelf) -> None:
        shelf.put(document("a", "replica"), document("b", "replication"), document("c", "queue"))
        found = shelf.search(word("repl", prefix="repl"))
        assert {hit.id for hit in found.hits} == {"a", "b"}
        assert found.tokens == {"replica", "replication"}

    def test_of_several_completions_the_best_counts_and_not_their_sum(self, shelf: Shelf) -> None:
        shelf.put(document("a", "9001 9002 9002"), document("b", "9002"), document("c", "9001"), document("d", "11"))
        score = shelf.scores(word("none", prefix="900"))["a"]
        section = impact((weights.BODY, 2, 3, 6 / 4))
        assert score == pytest.approx(weights.PREFIX * weights.idf(4, 3) * section * (1 + weights.WHOLE), rel=1e-5)

    def test_a_finished_word_ranks_above_its_completions(self, shelf: Shelf) -> None:
        shelf.put(document("longer", "logs9 x"), document("word", "log9 x"), document("other", "log99 x"))
        assert shelf.ask("log9", typing=True) == ["word", "other"]

    def test_stems_are_not_completed(self, shelf: Shelf) -> None:
        shelf.put(document("a", "running"))
        assert shelf.search(word("none", prefix="~ru")).total == 0
        assert shelf.search(word("none", prefix="run")).tokens == {"running"}

    @pytest.mark.parametrize("prefix", ["9", "9a"])
    def test_one_or_two_letters_take_only_the_commonest_words(self, shelf: Shelf, prefix: str) -> None:
        names = [f"9a{number:02}" for number in range(weights.SHORT_PREFIX_TOKENS + 5)]
        shelf.put(*(document(name, name) for name in names), document("twice", names[-1]))
        found = shelf.search(word("none", prefix=prefix), limit=100)
        assert found.tokens == {*names[: weights.SHORT_PREFIX_TOKENS - 1], names[-1]}
        assert found.total == weights.SHORT_PREFIX_TOKENS + 1

    def test_three_letters_take_them_all(self, shelf: Shelf) -> None:
        names = [f"9ab{number:02}" for number in range(weights.SHORT_PREFIX_TOKENS + 5)]
        shelf.put(*(document(name, name) for name in names))
        assert shelf.search(word("none", prefix="9ab")).total == len(names)

    def test_hidden_words_take_no_place_among_the_commonest(self, shelf: Shelf) -> None:
        hidden = [document(f"h{number}", f"9a{number:02}") for number in range(weights.SHORT_PREFIX_TOKENS)]
        shelf.put(*hidden, document("seen", "9z"))
        assert shelf.search(word("none", prefix="9"), visible=["seen"], reference=["seen"]).tokens == {"9z"}

    # Typos

    def test_a_mistyped_word_finds_the_nearest(self, shelf: Shelf) -> None:
        shelf.put(document("a", "kafka"), document("b", "kafkas"), document("c", "queue"))
        found = shelf.search(word("kakfa", typo="kakfa"))
        assert [hit.id for hit in found.hits] == ["a"]
        assert found.corrections == {"kakfa": ("kafka",)}
        assert found.tokens == {"kafka"}
        section = impact((weights.BODY, 1, 2, 2.0))
        expected = weights.TYPO * weights.idf(3, 1) * section * (1 + weights.WHOLE)
        assert found.hits[0].score == pytest.approx(expected, rel=1e-5)

    def test_only_the_least_distance_counts(self, shelf: Shelf) -> None:
        shelf.put(document("far", "postgraax"), document("near", "postgrest"))
        assert shelf.search(word("postgresx", typo="postgresx")).corrections == {"postgresx": ("postgrest",)}

    def test_short_words_are_not_corrected_and_longer_ones_forgive_more(self, shelf: Shelf) -> None:
        shelf.put(document("a", "dns kafka kubernetes"))
        assert shelf.search(word("dsn", typo="dsn")).corrections == {}
        assert shelf.search(word("kfak", typo="kfak")).corrections == {}
        assert shelf.search(word("kubrenets", typo="kubrenets")).corrections == {"kubrenets": ("kubernetes",)}

    def test_corrections_are_the_commonest_words_first_and_few(self, shelf: Shelf) -> None:
        names = [f"disk{letter}" for letter in "abcdefg"]
        shelf.put(*(document(name, name) for name in names), document("twice", "diskg"))
        found = shelf.search(word("disk", typo="disk"))
        assert found.corrections == {"disk": ("diskg", "diska", "diskb", "diskc", "diskd")}
        assert len(found.corrections["disk"]) == weights.TYPO_TOKENS
        assert found.total == weights.TYPO_TOKENS + 1

    def test_a_word_that_is_there_is_not_corrected_even_where_other_clauses_leave_it_out(self, shelf: Shelf) -> None:
        shelf.put(document("a", "kafka", kind=("guide",)), document("b", "kafkb", kind=("runbook",)))
        found = shelf.search(word("kafka", typo="kafka"), Value("kind", "runbook"))
        assert (found.total, found.corrections) == (0, {})

    def test_a_word_with_completions_is_not_corrected(self, shelf: Shelf) -> None:
        shelf.put(document("a", "kafkaesque"), document("b", "kafkb"))
        found = shelf.search(word("kafka", prefix="kafka", typo="kafka"))
        assert ([hit.id for hit in found.hits], found.corrections) == (["a"], {})

    def test_stems_are_no_corrections(self, shelf: Shelf) -> None:
        shelf.put(document("a", "running"))
        assert shelf.search(word("~rum", typo="~rum")).corrections == {}

    # Phrases

    def test_a_phrase_stands_side_by_side_and_in_order(self, shelf: Shelf) -> None:
        shelf.put(
            document("yes", "the connection reset by peer"),
            document("apart", "connection was reset"),
            document("turned", "reset connection"),
        )
        assert shelf.ids(phrase("connection", "reset")) == ["yes"]
        assert shelf.ask('"connection reset"') == ["yes"]

    def test_a_phrase_does_not_run_from_one_field_into_the_next(self, shelf: Shelf) -> None:
        shelf.put(
            document("fields", sections=[("connection", "reset")]),
            document("sections", sections=[("", "connection"), ("", "reset")]),
            document("top", title="connection", alerts="reset"),
        )
        assert shelf.ids(phrase("connection", "reset")) == []

    @pytest.mark.parametrize("place", ["title", "alerts", "heading", "body"])
    def test_a_phrase_is_found_in_every_field(self, shelf: Shelf, place: str) -> None:
        texts = {"title": "", "alerts": "", "heading": "", "body": "", place: "pool 5432 exhausted"}
        sections = [(texts["heading"], texts["body"])]
        shelf.put(document("a", title=texts["title"], alerts=texts["alerts"], sections=sections))
        hit = shelf.search(phrase("5432", "exhausted")).hits[0]
        assert hit.anchor == ("s0" if place in ("heading", "body") else "")
        assert hit.score > 0

    def test_a_phrase_leads_to_the_section_in_which_it_stands(self, shelf: Shelf) -> None:
        scattered = "reset 11 connection 22 reset 33 connection"
        shelf.put(document("a", sections=[("", scattered), ("", "44 55 66 77 connection reset")]))
        hit = shelf.search(phrase("connection", "reset")).hits[0]
        assert hit.anchor == "s1"

    def test_a_phrase_scores_as_the_sum_of_its_terms_where_it_stands(self, shelf: Shelf) -> None:
        shelf.put(document("a", sections=[("", "11 22"), ("", "22 11 11")]), document("b", "33"))
        idf = weights.idf(2, 1)
        section = 2 * impact((weights.BODY, 1, 2, 2.0))
        whole = impact((weights.BODY, 3, 5, 3.0)) + impact((weights.BODY, 2, 5, 3.0))
        assert shelf.scores(phrase("11", "22")) == {
            "a": pytest.approx(idf * (section + weights.WHOLE * whole), rel=1e-5)
        }

    def test_words_beside_a_phrase_do_not_replace_it(self, shelf: Shelf) -> None:
        shelf.put(document("both", "connection reset etcd"), document("word", "etcd reset connection"))
        assert shelf.ids(phrase("connection", "reset"), word("etcd")) == ["both"]

    def test_a_phrase_whose_word_is_nowhere_finds_nothing(self, shelf: Shelf) -> None:
        shelf.put(document("a", "connection reset"))
        assert shelf.ids(phrase("connection", "refused")) == []
        assert shelf.ids(phrase()) == []

    def test_a_word_said_twice_has_to_stand_twice(self, shelf: Shelf) -> None:
        shelf.put(document("once", "retry later"), document("twice", "retry retry later"))
        assert shelf.ids(phrase("retry", "retry")) == ["twice"]

    # NOT, OR, filters, days

    def test_what_is_excluded_is_no_hit(self, shelf: Shelf) -> None:
        shelf.put(document("a", "etcd disk"), document("b", "etcd"), document("c", "disk"), document("d", "queue"))
        assert shelf.ids(word("etcd"), Without(word("disk"))) == ["b"]
        assert shelf.ids(Without(word("disk"))) == ["b", "d"]
        assert shelf.ids(Without(phrase("etcd", "disk"))) == ["b", "c", "d"]

    def test_what_is_excluded_adds_nothing_and_is_not_corrected_aloud(self, shelf: Shelf) -> None:
        shelf.put(document("a", "etcd"), document("b", "kafka"))
        found = shelf.search(Without(word("kakfa", typo="kakfa")))
        assert found.hits[0].score == 0.0
        assert (found.tokens, found.corrections) == (frozenset(), {})

    def test_either_of_several_is_enough_and_all_of_them_score(self, shelf: Shelf) -> None:
        shelf.put(document("a", "11 22"), document("b", "11 33"), document("c", "33 22"), document("d", "33"))
        either = AtLeast((word("11"), phrase("22")))
        assert shelf.ids(either) == ["a", "b", "c"]
        alone = shelf.scores(word("11"))["a"] + shelf.scores(phrase("22"))["a"]
        assert shelf.scores(either)["a"] == pytest.approx(alone, rel=1e-5)

    def test_either_may_hold_filters_exclusions_and_more_of_itself(self, shelf: Shelf) -> None:
        shelf.put(document("a", "11", kind=("guide",)), document("b", "22", kind=("runbook",)), document("c", "33"))
        assert shelf.ids(AtLeast((word("11"), Value("kind", "runbook")))) == ["a", "b"]
        assert shelf.ids(AtLeast((Without(word("11")), Value("kind", "guide")))) == ["a", "b", "c"]
        assert shelf.ids(AtLeast((AtLeast((word("22"),)), AtLeast((word("33"),))))) == ["b", "c"]
        assert shelf.ids(AtLeast(())) == []

    def test_a_filter_takes_only_what_has_that_value(self, shelf: Shelf) -> None:
        shelf.put(
            document("a", "etcd", service=("payments", "ledger")),
            document("b", "etcd", service=("payments-api",)),
            document("c", "etcd", cause=("payments",)),
        )
        assert shelf.ids(word("etcd"), Value("service", "payments")) == ["a"]
        assert shelf.ids(Value("service", "payments"), Value("service", "ledger")) == ["a"]
        assert shelf.ids(Without(Value("service", "payments"))) == ["b", "c"]
        assert shelf.ids(Value("service", "nothing")) == []

    def test_days_are_from_one_up_to_but_not_with_another(self, shelf: Shelf) -> None:
        days = {"a": date(2026, 7, 31), "b": date(2026, 8, 1), "c": date(2026, 8, 2), "d": None, "e": date(1969, 7, 1)}
        shelf.put(*(document(id, "x", day=day) for id, day in days.items()))
        august = day_number(date(2026, 8, 1))
        assert shelf.ids(Days(first=august)) == ["c", "b"]
        assert shelf.ids(Days(end=august)) == ["a", "e"]
        assert shelf.ids(Days(august, august + 1)) == ["b"]
        assert shelf.ids(Days()) == ["c", "b", "a", "e"]

    # Facets

    @pytest.fixture
    def catalogued(self, shelf: Shelf) -> Shelf:
        shelf.put(
            document("a", "etcd", kind=("runbook",), service=("api", "db")),
            document("b", "etcd", kind=("runbook",), service=("db",)),
            document("c", "etcd", kind=("guide",), service=("api",)),
            document("d", "queue", kind=("guide",), service=("web",)),
        )
        return shelf

    def test_facets_count_what_was_found_the_commonest_first(self, catalogued: Shelf) -> None:
        found = catalogued.search(word("etcd"), facets=("kind", "service", "cause"), limit=1)
        assert found.facets == {"kind": [("runbook", 2), ("guide", 1)], "service": [("api", 2), ("db", 2)], "cause": []}

    def test_facets_that_nobody_asked_for_are_not_counted(self, catalogued: Shelf) -> None:
        assert catalogued.search(word("etcd")).facets == {}

    def test_a_facet_is_counted_without_its_own_choice(self, catalogued: Shelf) -> None:
        found = catalogued.search(word("etcd"), Value("kind", "runbook"), facets=("kind", "service"))
        assert found.total == 2
        assert found.facets["kind"] == [("runbook", 2), ("guide", 1)]
        assert found.facets["service"] == [("db", 2), ("api", 1)]

    def test_every_choice_in_a_facet_is_left_out_of_its_counting(self, catalogued: Shelf) -> None:
        found = catalogued.search(Value("service", "api"), Value("service", "db"), facets=("service",))
        assert [hit.id for hit in found.hits] == ["a"]
        assert found.facets["service"] == [("api", 2), ("db", 2), ("web", 1)]

    def test_only_choices_at_the_top_are_left_out(self, catalogued: Shelf) -> None:
        nested: tuple[Node, ...] = (AtLeast((Value("kind", "guide"),)), Without(Value("service", "web")))
        found = catalogued.search(*nested, facets=("kind", "service"))
        assert found.facets == {"kind": [("guide", 1)], "service": [("api", 1)]}

    def test_a_document_with_very_many_values_counts_once_for_each(self, shelf: Shelf) -> None:
        many = tuple(f"s{number:02}" for number in range(40))
        shelf.put(document("a", "etcd", service=many, kind=("guide",)), document("b", "etcd", service=("s07",)))
        found = shelf.search(word("etcd"), facets=("kind", "service"))
        assert found.facets["kind"] == [("guide", 1)]
        assert found.facets["service"][0] == ("s07", 2)
        assert dict(found.facets["service"]) == dict.fromkeys(many, 1) | {"s07": 2}

    # Who sees what

    def test_hidden_documents_are_not_found_counted_or_told_of(self, shelf: Shelf) -> None:
        shelf.put(document("seen", "etcd", kind=("guide",)), document("hidden", "etcd secretword", kind=("runbook",)))
        found = shelf.search(word("etcd"), word("secretword"), visible=["seen"], facets=("kind",))
        assert [hit.id for hit in found.hits] == ["seen"]
        assert (found.total, found.facets, found.tokens) == (1, {"kind": [("guide", 1)]}, {"etcd"})

    def test_hidden_words_are_neither_completed_nor_offered(self, shelf: Shelf) -> None:
        shelf.put(document("seen", "etcd"), document("hidden", "secretword"))
        completed = shelf.search(word("none", prefix="secr"), visible=["seen"])
        mended = shelf.search(word("secretwrod", typo="secretwrod"), visible=["seen"])
        for found in (completed, mended):
            assert (found.total, found.tokens, found.corrections) == (0, frozenset(), {})

    def test_a_word_that_only_hidden_documents_hold_is_corrected(self, shelf: Shelf) -> None:
        shelf.put(document("seen", "kafkb"), document("hidden", "kafka"))
        found = shelf.search(word("kafka", typo="kafka"), visible=["seen"])
        assert found.corrections == {"kafka": ("kafkb",)}
        assert [hit.id for hit in found.hits] == ["seen"]

    def test_corrections_are_ordered_by_what_the_viewer_sees(self, shelf: Shelf) -> None:
        shelf.put(document("a", "diska"), document("b", "diskb"), document("c", "diskb"), document("d", "diska"))
        shelf.put(document("e", "diska"))
        found = shelf.search(word("disk", typo="disk"), visible=["a", "b", "c"])
        assert found.corrections == {"disk": ("diskb", "diska")}

    def test_scores_depend_on_the_reference_and_not_on_who_looks(self, shelf: Shelf) -> None:
        shelf.put(document("a", "11 22"), document("b", "11"), document("c", "22"), reference=frozenset("ab"))
        hits = [shelf.search(word("11"), visible=seen, reference="ab").hits for seen in ("a", "ab", "abc")]
        assert len({hit.score for each in hits for hit in each if hit.id == "a"}) == 1

    def test_hidden_documents_change_no_score(self, shelf: Shelf) -> None:
        shelf.put(document("a", "etcd disk"), document("b", "queue"), reference=frozenset("ab"))
        before = shelf.scores(word("etcd"), reference="ab")
        shelf.put(*(document(f"h{number}", "etcd " * 40) for number in range(9)), reference=frozenset("ab"))
        found = shelf.search(word("etcd"), visible="ab", reference="ab")
        assert {hit.id: hit.score for hit in found.hits} == pytest.approx(before, rel=1e-5)

    def test_a_reference_that_sees_nothing_still_gives_an_order(self, shelf: Shelf) -> None:
        shelf.put(document("a", "etcd 11 22 33"), document("b", "etcd"))
        found = shelf.search(word("etcd"), reference=[])
        assert [hit.id for hit in found.hits] == ["b", "a"]

    def test_whoever_sees_nothing_finds_nothing(self, catalogued: Shelf) -> None:
        found = catalogued.search(visible=[], facets=("kind",))
        assert (found.total, found.hits, found.facets) == (0, (), {"kind": []})

    def test_a_mask_may_name_what_is_not_there(self, shelf: Shelf) -> None:
        shelf.put(document("a", "etcd"))
        assert shelf.ids(word("etcd"), visible=["a", "gone"]) == ["a"]

    def test_a_mask_is_asked_for_once(self, shelf: Shelf) -> None:
        asked: list[str] = []

        def load() -> frozenset[str]:
            asked.append("now")
            return frozenset({"a"})

        shelf.put(document("a", "etcd"), document("b", "etcd"))
        mask = Visibility("everybody", load)
        found = [shelf.reader.search(Request(Plan(), mask, mask)).total for _ in range(3)]
        assert (found, len(asked)) == ([1, 1, 1], 1)

    def test_a_new_document_is_seen_under_a_key_that_was_used_before(self, shelf: Shelf) -> None:
        mask = Visibility("everybody", lambda: frozenset(shelf.writer.revisions()))
        shelf.put(document("a", "etcd"))
        assert shelf.reader.search(Request(Plan(), mask, mask)).total == 1
        shelf.put(document("b", "etcd"))
        assert shelf.reader.search(Request(Plan(), mask, mask)).total == 2

    # Order and pages

    def test_equal_scores_go_by_the_later_day_and_then_by_id(self, shelf: Shelf) -> None:
        days = {"b": date(2026, 1, 1), "a": date(2026, 1, 1), "c": date(2026, 8, 1), "d": None}
        shelf.put(*(document(id, "etcd", day=day) for id, day in days.items()))
        assert shelf.ids(word("etcd")) == ["c", "a", "b", "d"]

    def test_without_words_the_newest_come_first_and_nothing_scores(self, shelf: Shelf) -> None:
        shelf.put(document("a", "etcd", day=date(2026, 1, 1)), document("b", "disk", day=date(2026, 8, 1)))
        hits = shelf.search().hits
        assert [(hit.id, hit.score, hit.anchor) for hit in hits] == [("b", 0.0, ""), ("a", 0.0, "")]

    def test_pages_are_cuts_of_one_list(self, shelf: Shelf) -> None:
        shelf.put(*(document(f"{number:02}", "etcd " * (number + 1)) for number in range(25)))
        whole = shelf.search(word("etcd"), limit=100)
        paged = [shelf.search(word("etcd"), limit=10, offset=offset) for offset in (0, 10, 20, 30)]
        assert [hit for page in paged for hit in page.hits] == list(whole.hits)
        assert {page.total for page in paged} == {25}
        assert all(first.score >= second.score for first, second in pairwise(whole.hits))
        assert shelf.search(word("etcd"), limit=0).hits == ()

    def test_the_first_of_equal_sections_is_the_anchor(self, shelf: Shelf) -> None:
        shelf.put(document("a", sections=[("", "disk"), ("", "etcd"), ("", "etcd")]))
        assert shelf.search(word("etcd")).hits[0].anchor == "s1"

    # Meaning

    def test_what_is_nearer_in_meaning_comes_first_among_equals(self, shelf: Shelf) -> None:
        shelf.put(
            document("a", "etcd", meaning=rows((0, 0), (0, 1))),
            document("b", "etcd", meaning=rows((0, 0), (0, 1), (1, 0))),
            document("c", "disk", meaning=rows((0, 0), (1, 0))),
        )
        found = shelf.search(word("etcd"), meaning=np.array([1, 0], np.float32))
        assert [(hit.id, hit.score) for hit in found.hits] == [("b", 1 + weights.MEANING), ("a", 1)]

    def test_a_document_without_vectors_counts_as_the_others_do_on_average(self, shelf: Shelf) -> None:
        shelf.put(
            document("a", "etcd", meaning=rows((0, 0), (0, 1))),
            document("b", "etcd"),
            document("c", "etcd", meaning=rows((0, 0), (1, 0))),
        )
        found = shelf.search(word("etcd"), meaning=np.array([1, 0], np.float32))
        half, whole = pytest.approx(1 + weights.MEANING / 2), pytest.approx(1 + weights.MEANING)
        assert [(hit.id, hit.score) for hit in found.hits] == [("c", whole), ("b", half), ("a", 1)]

    def test_a_title_that_is_near_counts_for_a_share(self, shelf: Shelf) -> None:
        shelf.put(
            document("a", "etcd", meaning=rows((0, 0), (0, 1))),
            document("b", "etcd", meaning=rows((1, 0), (0, 1))),
        )
        found = shelf.search(word("etcd"), meaning=np.array([1, 0], np.float32))
        share = pytest.approx(1 + weights.MEANING * weights.TITLED / weights.SPREAD)
        assert [(hit.id, hit.score) for hit in found.hits] == [("b", share), ("a", 1)]

    def test_where_nothing_has_vectors_letters_decide(self, shelf: Shelf) -> None:
        shelf.put(document("a", "etcd pool disk"), document("b", "etcd"))
        found = shelf.search(word("etcd"), meaning=np.array([1, 0], np.float32))
        assert [hit.id for hit in found.hits] == shelf.ids(word("etcd")) == ["b", "a"]

    def test_a_writer_tells_what_has_no_vectors_and_which_the_others_have(self, shelf: Shelf) -> None:
        shelf.put(document("a", "etcd", meaning=rows((0, 1), (1, 0))), document("b", "etcd", revision=2))
        shelf.put(document("c", "disk"), document("d", "disk", meaning=rows((1, 0))))
        shelf.reopen()
        assert sorted(shelf.writer.lacking()) == ["b", "c"]
        assert shelf.writer.vectors("a", 1) == rows((0, 1), (1, 0))
        assert shelf.writer.vectors("d", 1) == rows((1, 0))
        assert [shelf.writer.vectors(*asked) for asked in (("a", 2), ("b", 2), ("x", 1))] == [(), (), ()]
        shelf.put(document("b", "etcd", meaning=rows((1, 0)), revision=3), removed=("a", "c"))
        assert shelf.writer.lacking() == []
        assert (shelf.writer.vectors("b", 3), shelf.writer.vectors("a", 1)) == (rows((1, 0)), ())

    # Commits

    def test_a_changed_document_replaces_the_old_one(self, shelf: Shelf) -> None:
        shelf.put(document("a", "etcd", kind=("guide",)), document("b", "disk"))
        shelf.put(document("a", "kafka", kind=("runbook",), revision=2))
        assert shelf.ids(word("etcd")) == []
        found = shelf.search(word("kafka"), facets=("kind",))
        assert ([hit.id for hit in found.hits], found.facets) == (["a"], {"kind": [("runbook", 1)]})
        assert shelf.reader.state().documents == 2

    def test_a_removed_document_is_gone_with_its_words(self, shelf: Shelf) -> None:
        shelf.put(document("a", "etcd"), document("b", "kafka"))
        shelf.remove("a", "never there")
        assert shelf.search(word("etce", prefix="etc", typo="etce")).total == 0
        assert shelf.search(facets=("kind",)).total == 1

    def test_removal_changes_how_rare_a_word_is(self, shelf: Shelf) -> None:
        shelf.put(*(document(id, "11") for id in "abcd"), document("e", "22"))
        shelf.remove("a", "b")
        score = impact((weights.BODY, 1, 1, 1.0)) * (1 + weights.WHOLE)
        assert shelf.scores(word("11"))["c"] == pytest.approx(weights.idf(3, 2) * score, rel=1e-5)

    def test_a_removed_document_can_come_back(self, shelf: Shelf) -> None:
        shelf.put(document("a", "etcd"))
        shelf.remove("a")
        shelf.put(document("a", "etcd disk", revision=3))
        assert shelf.ids(word("disk")) == ["a"]
        assert shelf.writer.revisions() == {"a": 3}

    def test_a_document_removed_and_written_in_one_commit_stays(self, shelf: Shelf) -> None:
        shelf.put(document("a", "etcd"))
        shelf.put(document("a", "disk", revision=2), removed=("a",))
        assert (shelf.ids(word("disk")), shelf.ids(word("etcd"))) == (["a"], [])

    def test_of_a_document_twice_in_a_commit_the_last_counts(self, shelf: Shelf) -> None:
        shelf.put(document("a", "etcd", revision=1), document("a", "disk", revision=2))
        assert (shelf.ids(word("etcd")), shelf.ids(word("disk"))) == ([], ["a"])
        assert shelf.writer.revisions() == {"a": 2}

    def test_many_small_commits_are_one_index(self, shelf: Shelf) -> None:
        for number in range(12):
            shelf.put(document(f"{number:02}", f"etcd {number}"))
        shelf.remove("03", "07")
        assert shelf.ids(word("etcd")) == [f"{number:02}" for number in range(12) if number not in (3, 7)]
        assert shelf.ids(word("11")) == ["11"]

    def test_an_index_can_be_emptied_and_filled_again(self, shelf: Shelf) -> None:
        shelf.put(document("a", "etcd " * 50))
        shelf.remove("a")
        assert (shelf.search().total, shelf.reader.state().documents) == (0, 0)
        shelf.put(document("b", "11"), document("c", "22"))
        section = impact((weights.BODY, 1, 1, 1.0))
        expected = weights.idf(2, 1) * section * (1 + weights.WHOLE)
        assert shelf.scores(word("11"))["b"] == pytest.approx(expected, rel=1e-5)

    def test_a_document_without_sections_is_found_by_its_title(self, shelf: Shelf) -> None:
        shelf.put(document("a", title="etcd"), document("b"))
        hit = shelf.search(word("etcd")).hits[0]
        assert (hit.id, hit.anchor) == ("a", "")
        assert shelf.search().total == 2

    def test_a_secret_removal_leaves_the_rest_as_it_was(self, shelf: Shelf) -> None:
        shelf.put(document("a", "etcd"), document("b", "etcd secretword"))
        shelf.writer.commit(Changes((), ("b",), 9, secret=True), frozenset())
        assert shelf.ids(word("etcd")) == ["a"]
        assert shelf.search(word("none", prefix="secr")).total == 0

    def test_the_averages_stay_while_they_drift_little_and_follow_when_they_drift_more(self, shelf: Shelf) -> None:
        shelf.put(*(document(f"{number:02}", "11 22 33 44") for number in range(20)))
        shelf.put(document("a", "55 " + "66 " * 9))
        pinned = weights.idf(21, 1) * impact((weights.BODY, 1, 10, 4.0)) * (1 + weights.WHOLE)
        assert shelf.scores(word("55"))["a"] == pytest.approx(pinned, rel=1e-5)
        shelf.put(document("b", "66 " * 10))
        average = (20 * 4 + 2 * 10) / 22
        followed = weights.idf(22, 1) * impact((weights.BODY, 1, 10, average)) * (1 + weights.WHOLE)
        assert shelf.scores(word("55"))["a"] == pytest.approx(followed, rel=1e-5)

    def test_averages_are_taken_over_the_reference(self, shelf: Shelf) -> None:
        shelf.put(document("a", "11 22"), document("b", "33 " * 50), reference=frozenset("a"))
        expected = weights.idf(2, 1) * impact((weights.BODY, 1, 2, 2.0)) * (1 + weights.WHOLE)
        assert shelf.scores(word("11"))["a"] == pytest.approx(expected, rel=1e-5)

    # Rebuilding, revisions, opening

    def test_a_rebuild_holds_its_documents_alone(self, shelf: Shelf) -> None:
        shelf.put(document("a", "etcd"), document("b", "disk"))
        shelf.rebuild(document("b", "disk", revision=4), document("c", "etcd", revision=5))
        assert (shelf.ids(word("etcd")), shelf.ids(word("disk"))) == (["c"], ["b"])
        assert shelf.writer.revisions() == {"b": 4, "c": 5}
        assert shelf.reader.state().revision == shelf.revision

    def test_a_rebuild_that_fails_changes_nothing(self, shelf: Shelf) -> None:
        shelf.put(document("a", "etcd"))
        before = shelf.reader.state()

        def batches() -> Iterator[Changes]:
            yield Changes((document("b", "etcd"),), (), 2)
            raise ConnectionError("the library is away")

        with pytest.raises(ConnectionError, match="away"):
            shelf.writer.rebuild(batches(), frozenset())
        assert shelf.reader.state() == before
        assert shelf.ids(word("etcd")) == ["a"]
        shelf.put(document("c", "etcd"))
        assert shelf.ids(word("etcd")) == ["a", "c"]

    def test_a_rebuild_from_nothing_is_an_empty_index(self, shelf: Shelf) -> None:
        shelf.put(document("a", "etcd"))
        shelf.rebuild()
        assert (shelf.search().total, shelf.writer.revisions()) == (0, {})

    def test_commits_go_on_after_a_rebuild(self, shelf: Shelf) -> None:
        shelf.rebuild(document("a", "etcd"), document("b", "etcd disk"))
        shelf.put(document("c", "etcd"), removed=("a",))
        assert sorted(shelf.ids(word("etcd"))) == ["b", "c"]

    def test_an_index_knows_its_revision_and_how_many_documents_it_holds(self, shelf: Shelf) -> None:
        assert shelf.writer.revisions() == {}
        shelf.writer.commit(
            Changes((document("a", "x", revision=3), document("b", "x", revision=5)), (), 7), frozenset()
        )
        state = shelf.reader.state()
        assert (state.revision, state.documents) == (7, 2)
        assert shelf.writer.revisions() == {"a": 3, "b": 5}

    def test_every_commit_has_another_name(self, shelf: Shelf) -> None:
        names = []
        for act in (lambda: shelf.put(document("a", "x")), shelf.put, shelf.put, lambda: shelf.rebuild(document("a"))):
            act()
            names.append(shelf.reader.state().commit)
        assert len(set(names)) == 4

    def test_what_was_committed_is_there_after_reopening(self, shelf: Shelf) -> None:
        shelf.put(document("a", "etcd disk", title="Etcd", kind=("guide",), day=date(2026, 8, 1), revision=2))
        shelf.put(document("b", "etcd", revision=3))
        shelf.remove("b")
        nodes = (word("etcd"), phrase("etcd", "disk"))
        before, state = shelf.search(*nodes, facets=("kind",)), shelf.reader.state()
        shelf.reopen()
        assert shelf.search(*nodes, facets=("kind",)) == before
        assert shelf.reader.state() == state
        assert shelf.writer.revisions() == {"a": 2}

    def test_a_reader_that_was_open_before_sees_what_a_later_writer_does(self, shelf: Shelf) -> None:
        shelf.put(document("a", "etcd"))
        reader = shelf.index.reader()
        shelf.reopen()
        shelf.put(document("b", "etcd"))
        assert reader.state().documents == 2
        reader.close()

    def test_there_is_one_writer_at_a_time(self, shelf: Shelf) -> None:
        with pytest.raises(Conflict):
            shelf.index.writer()
        shelf.put(document("a", "etcd"))
        shelf.reopen()
        assert shelf.writer.revisions() == {"a": 1}

    def test_threads_share_a_reader_while_commits_go_on(self, shelf: Shelf) -> None:
        shelf.put(document("000", "etcd"))
        everything = Visibility("all", lambda: frozenset(f"{number:03}" for number in range(100)))
        request = Request(Plan((word("etcd"),)), everything, everything, limit=100)

        def search() -> set[bool]:
            found = [shelf.reader.search(request) for _ in range(20)]
            return {[hit.id for hit in each.hits] == [f"{n:03}" for n in range(each.total)] for each in found}

        with ThreadPoolExecutor(3) as pool:
            running = [pool.submit(search) for _ in range(3)]
            for number in range(1, 15):
                shelf.put(document(f"{number:03}", "etcd"))
            assert [each.result() for each in running] == [{True}] * 3

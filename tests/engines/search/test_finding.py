"""Any substring of two characters or more is found, in either script, and nothing else is."""

from __future__ import annotations

import re
import tempfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from gongkai.engines.search import IndexWriter, Query, SearchIndex, SearchRecord, view
from gongkai.foundation.hanzi import fold, to_traditional

ON = date(2026, 6, 30)
LETTERS = "营營商环環境的一乾干隆熙发發髮后後了瞭〇零Ａab12５㎡é"
TEXTS = st.text(alphabet=LETTERS + "，。〔〕-_ \n《》*\"'", max_size=40)


def normal(text: str) -> str:
    """Runs of letters, digits and Han characters, folded one by one, a space between them."""
    return " ".join(re.findall(r"[^\W_]+", "".join(map(fold, text))))


def seen_through(title: str) -> str:
    """A title as people type it, without what wraps words in it."""
    return normal("".join(c for c in "".join(map(fold, title)) if c not in "<>()[]\"'『』"))


def keys(index: SearchIndex, words: str, **conditions: object) -> set[str]:
    return set(index.keys(Query(words, on=ON, **conditions)))  # type: ignore[arg-type]


@st.composite
def texts_and_a_stretch(draw: st.DrawFn) -> tuple[list[tuple[str, str, str]], str]:
    texts = draw(st.lists(st.tuples(TEXTS, TEXTS, TEXTS), min_size=1, max_size=6))
    field = draw(st.sampled_from([field for fields in texts for field in fields]))
    assume(len(field) > 1)
    start = draw(st.integers(0, len(field) - 2))
    stretch = field[start : draw(st.integers(start + 2, len(field)))]
    return texts, draw(st.sampled_from([stretch, to_traditional(stretch), stretch.upper()]))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts_and_a_stretch())
@example(([("", "熙乾隆", ""), ("", "乾隆", "")], "熙乾"))
@example(([("境，加强", "", ""), ("境加强", "", "")], "境，加"))
@example(([("《环境》商", "", ""), ("环境", "环境》商", "")], "境商"))
def test_exactly_the_texts_with_the_words_are_found(case: tuple[list[tuple[str, str, str]], str]) -> None:
    texts, words = case
    terms = [term for piece in words.split() if (term := normal(piece))]
    assume(terms)
    assume(len(words.split()) <= 8)
    whole = "".join(terms).replace(" ", "")

    def holds(fields: tuple[str, str, str]) -> bool:
        title, _text, number = fields
        forms = [*map(normal, fields), seen_through(title)]
        names = [normal(number), seen_through(title) if seen_through(title) != normal(title) else ""]
        named = len(whole) > 2 and whole in [name.replace(" ", "") for name in names]
        return named or all(any(term in form for form in forms) for term in terms)

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "search.db"
        with IndexWriter(path) as writer:
            for serial, (title, text, number) in enumerate(texts):
                record = SearchRecord(str(serial), ("city",), "/", title, text, document_number=number)
                writer.put(record)
        index = SearchIndex(path)
        results = index.search(Query(words, on=ON))
        truth = {str(serial) for serial, fields in enumerate(texts) if holds(fields)}
        assert keys(index, words) == truth
        assert {hit.key for hit in results.hits} == truth
        assert results.total == len(truth)
        index.close()


@pytest.mark.parametrize(
    "words", ["营商环境", "營商環境", "商环", "商環", "境建", "ＧＤＰ", "gdp增长", "１２３"]
)
def test_either_script_and_width_finds_the_other(index_of, make, words):
    simplified = make("1", text="优化营商环境建设，gdp增长123")
    traditional = make("2", text="優化營商環境建設，ＧＤＰ增長１２３")
    assert keys(index_of(simplified, traditional), words) == {"1", "2"}


@pytest.mark.parametrize(
    "words",
    ["琼府〔2020〕5号", "琼府[2020]5号", "瓊府（2020）5號", "琼府20205号", "府〔2020〕5"],
)
def test_a_document_number_is_found_however_its_brackets_are_typed(index_of, make, words):
    index = index_of(
        make("1", document_number="琼府〔2020〕5号"), make("2", document_number="琼府〔2020〕15号")
    )
    assert keys(index, words) == {"1"}


@pytest.mark.parametrize(
    "words",
    [
        "办法（试行",
        "办法试行",
        "试行）》解读",
        "试行解读",
        "试行 解读",
        "試行解讀",
        "印发小作坊",
        "办法〔试行〕解读",
    ],
)
def test_a_title_is_found_with_its_marks_and_without(index_of, make, words):
    index = index_of(
        make("1", title="关于印发《小作坊管理办法（试行）》解读"), make("2", title="办法，试，行，解，读")
    )
    assert keys(index, words) == {"1"}


def test_brackets_are_seen_through_and_other_marks_are_not(index_of, make):
    index = index_of(
        make("1", title="《管理办法》解读"), make("2", title="管理办法，解读", text="《管理办法》解读")
    )
    assert keys(index, "办法解读") == {"1"}
    assert keys(index, "办法》解读") == keys(index, "办法，解读") == {"1", "2"}
    [hit] = index.search(Query("办法解读", on=ON)).hits
    assert hit.title_marked == "《管理<mark>办法》解读</mark>"
    snippets = {hit.key: hit.snippet_marked for hit in index.search(Query("办法》解读", on=ON)).hits}
    assert "<mark>办法》解读</mark>" in snippets["2"]


@pytest.mark.parametrize("words", ["管理办法解读", "《管理办法》解读", "管理办法 解读"])
def test_the_title_that_is_the_query_comes_first_however_its_marks_are_typed(index_of, make, words):
    index = index_of(
        make("1", title="《管理办法》解读之二", published_on=date(2021, 1, 1)),
        make("2", title="《管理办法》解读", published_on=date(2019, 1, 1)),
    )
    assert [hit.key for hit in index.search(Query(words, on=ON)).hits] == ["2", "1"]


def test_a_title_being_typed_is_offered_without_its_marks(index_of, make):
    index = index_of(make("1", title="《管理办法》解读"))
    assert "《管理办法》解读" in [offered.text for offered in index.suggest("办法解")]


def test_a_withdrawn_title_leaves_no_trace_in_its_other_form(index_of, make):
    index = index_of(make("1", title="《管理办法》解读"))
    with IndexWriter(index._path) as writer:
        writer.put(make("1", title="别的"))
    assert keys(index, "办法解读") == set()


def test_an_index_number_is_found_whole_and_in_part(index_of, make):
    index = index_of(make("1", index_number="000014349/2019-00007"))
    assert keys(index, "000014349/2019-00007") == keys(index, "2019-00007") == keys(index, "14349") == {"1"}


def test_words_separated_by_any_space_must_all_be_there(index_of, make):
    index = index_of(make("1", text="小学新生入学"), make("2", text="小学食堂"), make("3", text="新生儿"))
    assert keys(index, "小学 新生") == keys(index, "新生　小学") == {"1"}


def test_words_may_stand_in_different_fields(index_of, make):
    index = index_of(make("1", title="入学通知", text="小学"))
    assert keys(index, "入学 小学") == {"1"}


def test_a_substring_never_crosses_from_one_field_into_the_next(index_of, make):
    index = index_of(make("1", title="通知关于", text="小学入学"))
    assert keys(index, "关于小学") == set()


def test_pairs_in_another_order_are_not_found(index_of, make):
    index = index_of(make("1", text="商环与营商，环境与商环"), make("2", text="营商环境"))
    assert keys(index, "营商环境") == {"2"}


def test_one_character_is_found_too(index_of, make):
    index = index_of(make("1", text="路灯，灯"), make("2", text="灯光"), make("3", text="道路"))
    assert keys(index, "灯") == {"1", "2"}
    assert keys(index, "路") == {"1", "3"}


def test_rare_characters_beyond_the_basic_plane_are_found(index_of, make):
    index = index_of(make("1", text="地名𠮷𡉏村"))
    assert keys(index, "𠮷𡉏") == {"1"}


def test_a_name_is_found_by_the_character_taken_for_it(index_of, make):
    index = index_of(make("1", text="被征收人褚某某"))
    assert keys(index, "禇某") == {"1"}


HOSTILE = [
    *('"', "'", "*", "^", "-", "(", ")", "%", "_", "\\", "\x00", "\ud800", "\u200d", "\u202e文", "🙂🙂"),
    *("NEAR(", "AND", "a OR", "NOT", "灯*", 'x" OR "y', "{a b}: c", "1;DROP TABLE gram"),
    *("﷽" * 50, "灯" * 10_000, "a " * 5_000),
]


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_typed_is_an_error(index_of, make, words):
    index = index_of(make("1", text="路灯 AND NEAR not or"))
    results = index.search(Query(words, on=ON))
    index.suggest(words)
    assert results.total in (0, 1)
    assert index.search(Query("路灯", on=ON)).total == 1


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_no_text_whatever_breaks_writing_or_asking(text):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "search.db"
        with IndexWriter(path) as writer:
            writer.put(
                SearchRecord("1", ("city",), "/", text, text, text, text, subject=text, document_number=text)
            )
            writer.put(SearchRecord("1", ("city",), "/", text, "别的"))
        index = SearchIndex(path)
        index.search(Query(text, organ=text, subject=text, on=ON))
        index.close()


def test_words_beyond_the_limit_are_named_and_not_looked_for(index_of, make):
    index = index_of(make("1", text="一一 二二 三三 四四 五五 六六 七七 八八"))
    results = index.search(Query("一一 二二 三三 四四 五五 六六 七七 八八 九九", on=ON))
    assert (results.total, results.ignored) == (1, "九九")


def test_only_signs_find_nothing_rather_than_everything(index_of, make):
    assert index_of(make("1")).search(Query("，。！", on=ON)).total == 0


def test_no_words_at_all_find_everything_that_passes_the_conditions(index_of, make):
    index = index_of(make("1", kind="news"), make("2", kind="policy"))
    assert keys(index, "") == {"1", "2"}
    assert keys(index, "", kind="policy") == {"2"}


def test_too_many_candidates_are_counted_unread_but_never_shown_unread(index_of, make, monkeypatch):
    monkeypatch.setattr(view, "READ_AT_MOST", 3)
    monkeypatch.setattr("gongkai.engines.search.index.READ_AT_MOST", 3)
    really = [make(f"r{n}", text="营商环境", kind="news") for n in range(4)]
    seemingly = [make(f"s{n}", text="营商，商环，环境") for n in range(4)]
    index = index_of(*really, *seemingly)
    for order in ("relevance", "newest"):
        results = index.search(Query("营商环境", order=order, on=ON))
        assert (results.total, results.exact) == (8, False)
        assert {hit.key for hit in results.hits} == {"r0", "r1", "r2", "r3"}
    assert keys(index, "营商环境") == {"r0", "r1", "r2", "r3"}


def test_narrowed_to_few_candidates_the_count_is_exact_again(index_of, make, monkeypatch):
    monkeypatch.setattr(view, "READ_AT_MOST", 3)
    monkeypatch.setattr("gongkai.engines.search.index.READ_AT_MOST", 3)
    index = index_of(
        *[make(f"r{n}", text="营商环境", sites=("city",)) for n in range(4)],
        make("e1", text="营商环境", sites=("edu",)),
        make("e2", text="营商，商环，环境", sites=("edu",)),
    )
    results = index.search(Query("营商环境", site="edu", on=ON))
    assert (results.total, results.exact, [hit.key for hit in results.hits]) == (1, True, ["e1"])

"""What a person sees: order, marks, facets, validity on a day, and help when nothing is found."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai.engines.search import FacetValue, IndexWriter, Query, SearchIndex, SearchRecord
from gongkai.engines.search.records import FACETS

ON = date(2026, 6, 30)


def found(index: SearchIndex, words: str, **conditions: object) -> list[str]:
    return [hit.key for hit in index.search(Query(words, on=ON, **conditions)).hits]  # type: ignore[arg-type]


def values(index: SearchIndex, query: Query, name: str) -> dict[str, int]:
    facets = {facet.name: facet for facet in index.search(query).facets}
    return {value.value: value.count for value in facets[name].values}


# -- Order ---------------------------------------------------------------------------------------------


def test_title_hits_come_before_text_hits_however_often_the_text_says_it(index_of, make):
    index = index_of(
        make("text", text="路灯" * 50, published_on=date(2025, 1, 1)),
        make("title", title="路灯管理", text="无"),
    )
    assert found(index, "路灯") == ["title", "text"]


def test_the_document_with_the_number_comes_before_those_that_cite_it(index_of, make):
    cited = "根据海府规〔2020〕12号文件"
    index = index_of(
        make("cites", title=f"关于{cited}的解读", published_on=date(2025, 1, 1)),
        make(
            "is",
            title="城市照明管理办法",
            document_number="海府规〔2020〕12号",
            published_on=date(2010, 1, 1),
        ),
        make("repeats", text=cited * 20),
    )
    for words in ("海府规〔2020〕12号", "海府规202012号", "海府规[2020]12号", "海府规 2020 12号"):
        assert found(index, words)[0] == "is"
    assert found(index, "海府规〔2020〕12号") == ["is", "cites", "repeats"]


def test_the_title_asked_for_comes_before_longer_ones(index_of, make):
    index = index_of(
        make("longer", title="城市照明管理办法实施细则", published_on=date(2025, 1, 1)),
        make("same", title="城市照明管理办法", published_on=date(2010, 1, 1)),
    )
    assert found(index, "城市照明管理办法") == ["same", "longer"]


def test_what_is_in_force_comes_before_what_is_repealed(index_of, make):
    old, new = date(2010, 1, 1), date(2015, 1, 1)
    index = index_of(
        make("repealed", title="路灯办法", validity=((old, "in_force"), (date(2020, 1, 1), "repealed"))),
        make("in_force", title="路灯办法（修订后的全文）", published_on=new, validity=((new, "in_force"),)),
    )
    assert found(index, "路灯") == ["in_force", "repealed"]
    then = Query("路灯", on=date(2018, 1, 1))
    assert [hit.key for hit in index.search(then).hits] == [
        "repealed",
        "in_force",
    ]  # shorter title, both in force


def test_newest_first_puts_undated_last(index_of, make):
    index = index_of(
        make("a", published_on=date(2019, 3, 1)),
        make("b", published_on=None),
        make("c", published_on=date(2020, 1, 1)),
    )
    assert found(index, "正文", order="newest") == ["c", "a", "b"]


def test_pages_follow_one_another_without_gap_or_repetition(index_of, make):
    index = index_of(*[make(str(n), text="路灯 " * (n % 7 + 1)) for n in range(47)])
    for order in ("relevance", "newest"):
        pages = [found(index, "路灯", order=order, page=page) for page in range(1, 6)]
        assert [len(page) for page in pages] == [10, 10, 10, 10, 7]
        assert len({key for page in pages for key in page}) == 47


@pytest.mark.parametrize(("page", "answered"), [(-1, 1), (0, 1), (3, 2), (10**9, 2)])
def test_a_page_that_is_not_there_becomes_the_nearest(index_of, make, page, answered):
    results = index_of(*[make(str(n)) for n in range(12)]).search(Query("正文", on=ON, page=page))
    assert (results.query.page, results.pages) == (answered, 2)
    assert results.hits


# -- Marks ---------------------------------------------------------------------------------------------


def hit(index: SearchIndex, words: str):
    (only,) = index.search(Query(words, on=ON)).hits
    return only


def test_marks_stand_in_the_script_of_the_original(index_of, make):
    only = hit(index_of(make("1", title="優化營商環境", text="持續優化營商環境。")), "营商环境")
    assert only.title_marked == "優化<mark>營商環境</mark>"
    assert only.snippet_marked == "持續優化<mark>營商環境</mark>。"


def test_markup_in_texts_is_shown_and_never_executed(index_of, make):
    only = hit(index_of(make("1", title="<b>路灯</b> & 'x'", text="<script>alert('路灯')</script>")), "路灯")
    assert only.title_marked == "&lt;b&gt;<mark>路灯</mark>&lt;/b&gt; &amp; &#x27;x&#x27;"
    assert "<script" not in only.snippet_marked
    assert "<mark>路灯</mark>" in only.snippet_marked


def test_a_word_across_punctuation_is_marked_with_it(index_of, make):
    only = hit(
        index_of(make("1", document_number="国发〔2019〕5号", text="见国发〔2019〕5号文")), "国发[2019]5号"
    )
    assert only.snippet_marked == "见<mark>国发〔2019〕5号</mark>文"


def test_marks_are_right_where_folding_changes_the_length(index_of, make):
    only = hit(index_of(make("1", text="面积100㎡的商铺")), "商铺")
    assert only.snippet_marked == "面积100㎡的<mark>商铺</mark>"


def test_a_snippet_shows_the_place_with_the_most_different_words(index_of, make):
    text = "路灯。" + "甲" * 400 + "。路灯与照明设施。" + "乙" * 400
    snippet = hit(index_of(make("1", text=text)), "路灯 照明").snippet_marked
    assert snippet.startswith("…<mark>路灯</mark>与<mark>照明</mark>设施")
    assert snippet.endswith("…")


def test_without_the_words_in_the_text_the_summary_is_shown(index_of, make):
    only = hit(index_of(make("1", title="路灯", text="正文很长", summary="摘要")), "路灯")
    assert only.snippet_marked == "摘要"


MARKABLE = st.text(alphabet="路灯燈<>&ab㎡é，\n ", max_size=300)


@settings(max_examples=200, deadline=None)
@given(MARKABLE, MARKABLE)
def test_a_snippet_is_always_sound_html_of_the_text(title, text):
    import html
    import re

    from gongkai.engines.search.text import Marker, terms_of

    marker = Marker(terms_of("路灯 ab 2")[0])
    bare = re.sub("</?mark>", "", marker.marked(title))
    assert html.unescape(bare) == title.replace("\n", " ")
    snippet = re.sub("</?mark>", "", marker.snippet(text))
    assert "<" not in snippet and ">" not in snippet
    shown = html.unescape(snippet).removeprefix("…").removesuffix("…")
    assert " ".join(shown.split()) in " ".join(text.split())


# -- Facets --------------------------------------------------------------------------------------------

STATES = st.sampled_from(["not_yet", "in_force", "amended", "repealed", "expired", "none"])
DAYS = st.dates(date(2018, 1, 1), date(2022, 12, 31))
TIMELINES = st.lists(st.tuples(DAYS, STATES), max_size=3).map(lambda turns: tuple(sorted(turns)))
RECORDS = st.builds(
    SearchRecord,
    key=st.uuids().map(str),
    sites=st.sampled_from([("city",), ("edu",), ("city", "edu")]),
    url=st.just("/"),
    title=st.sampled_from(["路灯", "照明"]),
    text=st.sampled_from(["路灯", "照明", "路灯照明"]),
    organ=st.sampled_from(["市政府", "教育局", ""]),
    subject=st.sampled_from(["教育", "教育/小学", "财政\\\\税务", ""]),
    kind=st.sampled_from(["news", "policy", ""]),
    published_on=st.none() | DAYS,
    validity=TIMELINES,
)
CONDITIONS = st.fixed_dictionaries(
    {},
    optional={
        "site": st.sampled_from(["city", "edu", "none"]),
        "organ": st.sampled_from(["市政府", "教育局", "?"]),
        "subject": st.sampled_from(["教育", "财政"]),
        "kind": st.sampled_from(["news", "policy"]),
        "year": st.integers(2017, 2023),
        "validity": STATES,
    },
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(RECORDS, max_size=25, unique_by=lambda record: record.key),
    CONDITIONS,
    st.sampled_from(["", "路灯"]),
    DAYS,
)
def test_every_count_is_what_choosing_it_gives(records, conditions, words, on):
    from dataclasses import replace

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "search.db"
        with IndexWriter(path) as writer:
            writer.put_many(records)
        index = SearchIndex(path)
        query = Query(words, on=on, **conditions)
        for facet in index.search(query).facets:
            for value in facet.values:
                chosen = int(value.value) if facet.name == "year" else value.value
                narrowed = index.search(replace(query, **{facet.name: chosen}))
                assert narrowed.total == value.count
                assert len(list(index.keys(replace(query, **{facet.name: chosen})))) == value.count
        index.close()


def test_a_facet_in_use_still_shows_the_ways_out_of_it(index_of, make):
    index = index_of(make("1", kind="news"), make("2", kind="policy"), make("3", kind="policy"))
    query = Query("正文", kind="news", on=ON)
    assert index.search(query).total == 1
    assert values(index, query, "kind") == {"policy": 2, "news": 1}


def test_subjects_are_counted_by_their_class(index_of, make):
    index = index_of(make("1", subject="科技、教育/教育"), make("2", subject="科技、教育\\科技"))
    assert values(index, Query("", on=ON), "subject") == {"科技、教育": 2}


def test_an_organ_goes_by_the_name_it_has_alone(index_of, make):
    index = index_of(
        make("1", organ="教育局、财政局", organ_code="A1"), make("2", organ="教育局", organ_code="A1")
    )
    facets = {facet.name: facet for facet in index.search(Query("", on=ON)).facets}
    assert facets["organ"].values == (FacetValue("A1", "教育局", 2, False),)


def test_years_are_listed_newest_first_and_other_facets_by_number(index_of, make):
    index = index_of(*[make(str(year), published_on=date(year, 1, 1)) for year in (2019, 2021, 2020)])
    assert list(values(index, Query("", on=ON), "year")) == ["2021", "2020", "2019"]


def test_facets_come_in_a_fixed_order(index_of, make):
    assert tuple(facet.name for facet in index_of(make()).search(Query("", on=ON)).facets) == FACETS


# -- Validity on a day ---------------------------------------------------------------------------------

TURNS = ((date(1, 1, 1), "not_yet"), (date(2020, 3, 1), "in_force"), (date(2022, 7, 1), "repealed"))


@pytest.mark.parametrize(
    ("on", "state"),
    [
        (date(2020, 2, 29), "not_yet"),
        (date(2020, 3, 1), "in_force"),
        (date(2022, 6, 30), "in_force"),
        (date(2022, 7, 1), "repealed"),
        (date(2030, 1, 1), "repealed"),
    ],
)
def test_validity_is_judged_on_the_day_asked_for(index_of, make, on, state):
    index = index_of(make("1", validity=TURNS), make("2", validity=((date(1, 1, 1), "none"),)))
    hits = {hit.key: hit.validity for hit in index.search(Query("正文", on=on)).hits}
    assert hits == {"1": state, "2": ""}
    assert values(index, Query("正文", on=on), "validity") == {state: 1, "none": 1}
    assert index.search(Query("正文", on=on, validity=state)).total == 1


# -- When nothing is found -----------------------------------------------------------------------------


def proposed(index: SearchIndex, query: Query) -> dict[str, list[tuple[str, int]]]:
    offers: dict[str, list[tuple[str, int]]] = {}
    for offer in index.search(query).proposals:
        offers.setdefault(offer.reason, []).append((offer.query.words, offer.total))
        assert index.search(offer.query).total == offer.total
    return offers


def test_filters_and_sites_that_hide_everything_are_offered_to_be_dropped(index_of, make):
    index = index_of(make("1", text="路灯", kind="news"), make("2", text="路灯", sites=("edu",)))
    offers = proposed(index, Query("路灯", site="city", kind="policy", on=ON))
    assert offers == {"no_filters": [("路灯", 1)], "other_sites": [("路灯", 2)]}


def test_a_wrong_character_is_put_right_from_titles(index_of, make):
    index = index_of(make("1", title="优化营商环境条例"), make("2", title="营商环境评价"))
    assert ("营商环境", 2) in proposed(index, Query("营商坏境", on=ON))["spelling"]
    assert ("优化营商", 1) in proposed(index, Query("优华营商", on=ON))["spelling"]


def test_a_look_alike_is_put_right_in_two_characters(index_of, make):
    index = index_of(make("1", text="龙华区己亥年"))
    assert proposed(index, Query("已亥", on=ON))["spelling"] == [("己亥", 1)]


def test_a_long_phrase_is_offered_as_separate_words(index_of, make):
    index = index_of(make("1", text="小学招生，入学政策"))
    assert ("小学 入学", 1) in proposed(index, Query("小学入学", on=ON))["separate_words"]


def test_one_word_too_many_is_offered_to_be_dropped(index_of, make):
    index = index_of(make("1", text="小学入学"))
    assert proposed(index, Query("小学 入学 火星", on=ON))["fewer_words"] == [("小学 入学", 1)]


def test_there_are_no_proposals_when_something_is_found(index_of, make):
    assert index_of(make("1", text="路灯")).search(Query("路灯", on=ON)).proposals == ()


# -- Suggestions ---------------------------------------------------------------------------------------


def test_words_of_titles_and_titles_are_suggested_in_either_script(index_of, make):
    index = index_of(
        make("1", title="营商环境条例"), make("2", title="营商环境评价办法"), make("3", title="路灯")
    )
    for prefix in ("营商", "營商"):
        suggested = index.suggest(prefix)
        assert suggested[0].text == "营商环境"
        assert {(each.text, each.url) for each in suggested if each.url} == {
            ("营商环境条例", "/doc/2020/1/"),
            ("营商环境评价办法", "/doc/2020/2/"),
        }


def test_suggestions_keep_to_the_site_and_the_limit(index_of, make):
    index = index_of(*[make(str(n), title=f"路灯维护公告{n}", sites=("edu",)) for n in range(20)])
    assert [each for each in index.suggest("路灯", site="city") if each.url] == []
    assert len(index.suggest("路灯", site="edu", limit=5)) == 5


def test_words_of_withdrawn_titles_are_not_suggested(tmp_path, make):
    path = tmp_path / "search.db"
    with IndexWriter(path) as writer:
        writer.put(make("1", title="惠企政策"))
    with IndexWriter(path) as writer:
        writer.delete("1")
    assert SearchIndex(path).suggest("惠企") == ()

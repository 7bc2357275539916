"""The search page over HTTP: without Django's database, without JavaScript, in both scripts."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from gongkai.engines.press.serving import PublicFiles
from gongkai.engines.search import IndexWriter, SearchRecord
from gongkai.foundation.hanzi import to_traditional
from gongkai.shell.public import search_view
from gongkai.shell.public.search_asked import asked
from gongkai.shell.public.search_page import MARKER, SearchPage

TODAY = date(2026, 6, 30)
LAYOUT = (
    '<html lang="{lang}"><head><title>搜索 - {name}</title></head><body><a href="{other}/search/">另一种字体</a>'
    "<main><h1>搜索</h1>" + MARKER + "</main></body></html>"
)
RECORDS = [
    SearchRecord(
        key="document:1",
        sites=("city",),
        url="/doc/2020/1/",
        title="优化营商环境条例",
        text="持续优化营商环境<script>alert(1)</script>。",
        organ="南屿市人民政府",
        organ_code="114600",
        subject="商贸、海关、旅游/商贸",
        kind="normative",
        kind_label="行政规范性文件",
        published_on=date(2020, 5, 1),
        document_number="南府规〔2020〕12号",
        validity=((date(2020, 6, 1), "in_force"), (date(2024, 1, 1), "repealed")),
    ),
    SearchRecord(
        key="document:2",
        sites=("edu",),
        url="/doc/2021/2/",
        title="小学入学通知",
        text="优化营商环境与小学入学。",
        kind="notice",
        kind_label="通知公告",
        published_on=date(2021, 6, 1),
    ),
    *[
        SearchRecord(
            f"news:{n}",
            ("city",),
            f"/doc/2022/{n}/",
            f"路灯维护第{n}期",
            "路灯",
            published_on=date(2022, 1, n),
        )
        for n in range(1, 26)
    ],
]


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    text: str

    def links(self) -> list[str]:
        return [unescape(link) for link in re.findall(r'href="([^"]*)"', self.text)]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("published")
    tree = root / "trees" / "one"
    names = {"city": "南屿市人民政府", "edu": "南屿市教育局"}
    for slug, name in names.items():
        for folder, lang, other in (("", "zh-Hans", "/hant"), ("hant/", "zh-Hant", "")):
            page = tree / "sites" / slug / f"{folder}search" / "index.html"
            page.parent.mkdir(parents=True)
            written = LAYOUT.format(lang=lang, name=name, other=other)
            page.write_text(to_traditional(written) if folder else written, encoding="utf-8")
    (root / "current").symlink_to("trees/one")
    sites = {slug: {"name": name, "hosts": [f"{slug}.localhost"]} for slug, name in names.items()}
    table = {"default": "city", "hosts": {f"{slug}.localhost": slug for slug in names}, "sites": sites}
    (tree / "sites.json").write_text(json.dumps(table), encoding="utf-8")
    with IndexWriter(tree / "search.db") as writer:
        writer.put_many(RECORDS)
    return root


def behind(environ, start_response):
    start_response("418 I'm a teapot", [])
    return [b"behind"]


def call(
    app: SearchPage, path: str, query: str, *, host: str = "city.localhost:8000", method: str = "GET"
) -> Answer:
    said: list[tuple[str, list[tuple[str, str]]]] = []
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": host}
    body = b"".join(app(environ, lambda status, headers: said.append((status, headers))))
    status, headers = said[0]
    assert len({name for name, _value in headers}) == len(headers)
    return Answer(int(status[:3]), dict(headers), body.decode())


@pytest.fixture
def get(published: Path) -> Callable[..., Answer]:
    app = SearchPage(published, behind)

    def answer(
        path: str = "/search/", *, host: str = "city.localhost:8000", method: str = "GET", **parts: object
    ) -> Answer:
        return call(app, path, urlencode(parts), host=host, method=method)

    return answer


def test_results_stand_in_the_layout_of_the_site_that_was_asked(get):
    city, edu = get(q="优化营商环境"), get(q="优化营商环境", host="edu.localhost")
    assert city.status == edu.status == 200
    assert (
        "搜索 - 南屿市人民政府" in city.text
        and "/doc/2020/1/" in city.text
        and "/doc/2021/2/" not in city.text
    )
    assert "搜索 - 南屿市教育局" in edu.text and "/doc/2021/2/" in edu.text and "/doc/2020/1/" not in edu.text
    assert MARKER not in city.text


def test_a_hit_says_what_it_is_and_whether_it_is_in_force(get):
    page = get(q="营商环境", on="2022-01-01").text
    for fact in ("行政规范性文件", "南屿市人民政府", "南府规〔2020〕12号", "2020-05-01", ">现行有效<"):
        assert fact in page
    assert "效力状态截至2022-01-01" in page
    assert ">已废止<" in get(q="营商环境", on="2024-01-01").text


def test_texts_of_documents_and_words_of_readers_are_escaped(get):
    page = get(q='营商环境<script>alert(1)</script>"onfocus=x').text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert '"onfocus' not in page


@given(st.text(max_size=40), st.text(max_size=20), st.text(max_size=20))
def test_no_parameters_whatever_are_an_error(published, words, other, number):
    app = SearchPage(published, behind)
    parts = {"q": words, "organ": other, "subject": other, "kind": other, "validity": other, "order": other,
             "year": number, "page": number, "on": number, "scope": number}  # fmt: skip
    for path in ("/search/", "/hant/search/", "/search/suggest"):
        answer = call(app, path, urlencode(parts, errors="replace"))
        assert answer.status == 200
        assert int(answer.headers["Content-Length"]) == len(answer.text.encode())


@pytest.mark.parametrize(
    "query", ["q=%ff%fe", "q=%00", "&&&=", "q", "q=a;b", "%zz=%zz", "q=" + "%E7%81%AF" * 5000]
)
def test_queries_that_are_no_text_are_answered(published, query):
    assert call(SearchPage(published, behind), "/search/", query).status == 200


def test_absurdly_many_parameters_are_refused(published):
    assert (
        call(SearchPage(published, behind), "/search/", "&".join(f"p{n}=1" for n in range(1000))).status
        == 400
    )


@pytest.mark.parametrize(
    ("parts", "named"),
    [
        ({"page": "-1"}, "页码"),
        ({"page": "abc"}, "页码"),
        ({"year": "0"}, "年份"),
        ({"year": "两千"}, "年份"),
        ({"on": "2020-13-45"}, "效力日期"),
        ({"on": "昨天"}, "效力日期"),
        ({"validity": "maybe"}, "效力状态"),
    ],
)
def test_what_makes_no_sense_is_left_out_and_said_so(get, parts, named):
    page = get(q="路灯", **parts)
    assert f"网址中的下列内容无法识别，已忽略：{named}" in page.text
    assert "共找到25条" in page.text


@pytest.mark.parametrize(
    "written", ["2020-1-31", "２０２０－０１－３１", "2020年1月31日", "2020.01.31", "2020/1/31"]
)
def test_a_day_may_be_written_in_any_usual_way(written):
    question = asked({"on": written}, site="city", today=TODAY)
    assert (question.on, question.mended) == (date(2020, 1, 31), ())


def test_a_page_beyond_the_last_is_the_last(get):
    page = get(q="路灯", page="99").text
    assert "第3页，共3页" in page
    assert '<ol class="hits" start="21">' in page


def test_following_the_pages_shows_every_result_once(get):
    seen: list[str] = []
    address = "?" + urlencode({"q": "路灯"})
    while address:
        page = call_again(get, address)
        seen += [link for link in page.links() if link.startswith("/doc/")]
        following = re.search(r'rel="next" href="([^"]*)"', page.text)
        address = unescape(following[1]) if following else ""
    assert len(seen) == len(set(seen)) == 25


def call_again(get: Callable[..., Answer], address: str) -> Answer:
    return get(**{name: values[-1] for name, values in parse_qs(urlsplit(address).query).items()})


def test_each_facet_link_gives_as_many_results_as_it_says_and_can_be_taken_back(get):
    page = get(q="优化 营商", scope="all")
    links = re.findall(r'<li><a href="([^"]*)">([^<]*)</a> <span class="count">(\d+)</span></li>', page.text)
    assert {text for _href, text, _count in links} >= {
        "已废止",
        "行政规范性文件",
        "通知公告",
        "2020",
        "2021",
        "南屿市人民政府",
    }
    for href, text, count in links:
        narrowed = call_again(get, unescape(href))
        assert f"共找到{count}条" in narrowed.text, text
        (removal,) = re.findall(r'<a class="tag" href="([^"]*)">', narrowed.text)
        assert "共找到2条" in call_again(get, unescape(removal)).text


def test_the_form_keeps_words_day_and_conditions(get):
    page = get(q="路灯 维护", on="2023-05-06", year="2022", order="newest", scope="all").text
    form = page[page.index('<form class="ask"') : page.index("</form>")]
    fields = {name: unescape(value) for name, value in re.findall(r'name="(\w+)"[^>]* value="([^"]*)"', form)}
    assert fields == {"q": "路灯 维护", "on": "2023-05-06", "year": "2022", "order": "newest", "scope": "all"}


def test_the_link_to_the_other_script_asks_the_same(get):
    words = {"q": "路灯", "page": "2"}
    assert "/hant/search/?" + urlencode(words) in get(**words).links()
    assert "/search/?" + urlencode(words) in get("/hant/search/", **words).links()


def test_the_page_title_says_what_was_asked(get):
    def heading(**parts: str) -> str:
        found = re.search("<title>(.*)</title>", get(**parts).text)
        assert found
        return unescape(found[1])

    assert heading(q="路灯") == "路灯 - 搜索 - 南屿市人民政府"
    assert heading(q="路灯", page="2") == "路灯（第2页） - 搜索 - 南屿市人民政府"


def test_the_traditional_page_is_traditional_and_leads_to_traditional_pages(get):
    page = get("/hant/search/", q="优化营商环境", scope="all")
    assert "<mark>優化營商環境</mark>" in page.text
    assert "搜索詞" in page.text and "搜索词" not in page.text
    assert "/hant/doc/2020/1/" in page.links()
    assert 'action="/hant/search/"' in page.text


def test_words_of_the_reader_are_never_converted(get):
    for words in ("后来发展", "後來發展", "皇后"):
        page = get("/hant/search/", q=words).text
        field = re.search(r'id="words"[^>]* value="([^"]*)"', page)
        assert field and unescape(field[1]) == words


def test_conditions_survive_the_traditional_form(get):
    page = get("/hant/search/", q="营商", subject="商贸、海关、旅游").text
    field = re.search(r'name="subject" value="([^"]*)"', page)
    assert field and unescape(field[1]) == "商贸、海关、旅游"
    assert "共找到1條" in page


def test_a_result_of_another_site_leads_to_that_site(get):
    page = get(q="小学入学", scope="all")
    assert "//edu.localhost:8000/doc/2021/2/" in page.links()
    assert "来自 南屿市教育局" in unescape(page.text)
    assert "//edu.localhost:8000/hant/doc/2021/2/" in get("/hant/search/", q="小学入学", scope="all").links()


def test_nothing_found_is_never_silent(get):
    page = get(q="营商坏境").text
    assert "没有找到相关信息" in page
    assert "您要找的是不是“营商环境”" in page
    for advice in ("12345", "第二十七条", "/zfxxgk/"):
        assert advice in page
    assert "在全部网站中搜索" in get(q="小学入学").text


def test_the_result_count_is_announced_under_a_heading(get):
    page = get(q="路灯").text
    assert re.search(r'<h2 id="results">[^<]*</h2>\s*<p role="status">\s*共找到25条', page)


def test_without_words_there_is_the_form_and_no_result(get):
    for parts in ({"q": ""}, {"q": "  "}, {"page": "2"}):
        page = get(**parts).text
        assert 'id="words"' in page
        assert 'id="results"' not in page


def test_conditions_without_words_list_what_there_is(get):
    assert "共找到25条" in get(year="2022").text


def test_headers_are_strict(get):
    headers = get(q="路灯").headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-cache"
    assert headers["X-Robots-Tag"] == "noindex"
    assert headers["Content-Type"] == "text/html; charset=utf-8"


def test_the_page_carries_no_inline_script_or_style_and_asks_no_one_else(get):
    page = get(q="路灯", scope="all").text
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=|javascript:", page)
    assert all(
        link.startswith(("/", "?", "#")) for link in re.findall(r'(?:href|src|action)="([^"]*)"', page)
    )


def test_head_is_get_without_the_text(get):
    full, head = get(q="路灯"), get(q="路灯", method="HEAD")
    assert head.text == ""
    assert head.headers == full.headers


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_it_is_only_for_reading(get, method):
    answer = get(q="路灯", method=method)
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("path", ["/", "/search", "/search/x", "/hant/", "/workbench/"])
def test_other_addresses_go_on_to_what_is_behind(get, path):
    assert get(path).status == 418


def test_suggestions_come_as_json_for_the_site_and_script(get):
    plain, traditional = get("/search/suggest", q="营商"), get("/hant/search/suggest", q="營商")
    assert plain.headers["Content-Type"] == "application/json"
    assert {"text": "优化营商环境条例", "url": "/doc/2020/1/"} in json.loads(plain.text)
    assert {"text": "優化營商環境條例", "url": "/hant/doc/2020/1/"} in json.loads(traditional.text)
    assert (
        json.loads(get("/search/suggest", q="小学", host="edu.localhost").text)[-1]["text"] == "小学入学通知"
    )
    assert json.loads(get("/search/suggest", q="").text) == []


@pytest.mark.parametrize("path", ["/search/", "/hant/search/", "/search/suggest", "/hant/search/suggest"])
def test_the_file_server_lets_questions_through(published, path):
    chain = PublicFiles(published, SearchPage(published, behind))
    assert call(chain, path, "q=" + quote("路灯")).status == 200  # type: ignore[arg-type]


def test_before_the_first_build_it_says_so(tmp_path):
    answer = call(SearchPage(tmp_path, behind), "/search/", "q=x")
    assert (answer.status, answer.headers["Retry-After"]) == (503, "60")


def test_without_an_index_the_site_stays_and_says_that_search_is_out_of_order(published, tmp_path):
    import shutil

    shutil.copytree(published, tmp_path / "p", symlinks=True)
    (tmp_path / "p" / "current" / "search.db").unlink()
    app = SearchPage(tmp_path / "p", behind)
    answer = call(app, "/search/", "q=" + quote("路灯"))
    assert (answer.status, answer.headers["Retry-After"]) == (503, "60")
    assert "搜索功能暂时无法使用" in answer.text and "<h1>搜索</h1>" in answer.text
    assert json.loads(call(app, "/search/suggest", "q=" + quote("路灯")).text) == []


def test_a_site_without_the_page_is_not_found(published, tmp_path):
    import shutil

    shutil.copytree(published, tmp_path / "p", symlinks=True)
    shutil.rmtree(tmp_path / "p" / "current" / "sites" / "city")
    assert call(SearchPage(tmp_path / "p", behind), "/search/", "q=x").status == 404


def test_an_address_with_characters_that_nobody_has_encoded_asks_for_them(published):
    """As a command line or an old browser sends it: the server hands each octet on as one character."""
    app = SearchPage(published, behind)
    raw = "q=路灯".encode().decode("latin-1")
    assert "共找到25条" in call(app, "/search/", raw).text
    assert json.loads(call(app, "/search/suggest", raw).text) == json.loads(
        call(app, "/search/suggest", "q=" + quote("路灯")).text
    )
    assert call(app, "/search/", "q=\xe8\xb7").status == 200


@pytest.mark.parametrize("words", ["\0", "\0\0 \u200b", "\ufeff"])
def test_words_that_nobody_can_see_are_no_question(published, words):
    page = call(SearchPage(published, behind), "/search/", "q=" + quote(words)).text
    assert "<title>搜索 - " in page
    assert page == call(SearchPage(published, behind), "/search/", "q=+").text


def test_characters_that_nobody_can_see_do_not_stand_between_the_others(published):
    app = SearchPage(published, behind)
    assert "共找到25条" in call(app, "/search/", "q=" + quote("路\u200b灯\0")).text


def test_it_answers_without_django(published):
    code = (
        "import sys; from pathlib import Path; from gongkai.shell.public.search_page import SearchPage\n"
        "app = SearchPage(Path(sys.argv[1]), None)\n"
        "environ = {'REQUEST_METHOD': 'GET', 'PATH_INFO': '/search/', 'QUERY_STRING': 'q=%E8%B7%AF%E7%81%AF'}\n"
        "body = b''.join(app(environ, lambda status, headers: print(status)))\n"
        "print('共找到25条' in body.decode(), 'django' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(published)], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["200", "OK", "True", "False"]


def test_every_word_of_the_page_is_translated_and_none_is_left_over():
    folder = Path(search_view.__file__).parent
    sources = [*folder.glob("templates/public/search_*.html"), folder / "search_view.py"]
    used = {
        message for source in sources for message in re.findall(r'_\("([^"]+)"\)', source.read_text("utf-8"))
    }
    with (folder / "locale" / "zh_Hans" / "LC_MESSAGES" / "search.po").open("rb") as file:
        translated = {str(message.id) for message in read_po(file) if message.id and message.string}
    assert used == translated

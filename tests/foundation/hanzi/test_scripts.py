from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.foundation.hanzi import scripts, to_simplified, to_traditional
from gongkai.foundation.hanzi.scripts import traditional_converter

TABLES = Path(scripts.__file__).parent / "tables"
CITY = Path(scripts.__file__).parents[2] / "demo" / "city"


def listed(table: str) -> list[tuple[str, str]]:
    lines = (TABLES / table).read_text(encoding="utf-8").splitlines()
    return [(one, other) for one, other in (line.split("\t") for line in lines)]


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


@given(st.text())
def test_conversion_keeps_the_length(text: str) -> None:
    assert len(to_traditional(text)) == len(text)
    assert len(to_simplified(text)) == len(text)


@given(st.text(st.characters(max_codepoint=127)))
def test_ascii_is_left_alone(text: str) -> None:
    assert to_traditional(text) == text
    assert to_simplified(text) == text


@pytest.mark.parametrize(("simplified", "traditional"), listed("words.txt"))
def test_our_words_go_there_and_back(simplified: str, traditional: str) -> None:
    assert to_traditional(simplified) == traditional
    assert to_simplified(traditional) == simplified


@pytest.mark.parametrize("table", ["words.txt", "boundaries.txt"])
def test_no_word_is_listed_twice(table: str) -> None:
    simplified = [one for one, _other in listed(table)]
    assert sorted(simplified) == sorted(set(simplified))


def test_the_listed_neighbours_are_read_as_written_and_would_not_be_without_the_list() -> None:
    without = traditional_converter("words.txt")
    for simplified, traditional in listed("boundaries.txt"):
        assert to_traditional(simplified) == traditional
        assert to_simplified(traditional) == simplified
        assert without.convert(simplified) != traditional


@pytest.mark.parametrize(
    ("simplified", "traditional"),
    [
        ("中小学新生入学", "中小學新生入學"),
        ("行政复议决定书", "行政復議決定書"),
        ("准予行政许可", "准予行政許可"),
        ("规范性文件", "規範性文件"),
        ("行政决策程序规定", "行政決策程序規定"),
        ("信息公开", "信息公開"),
        ("台风预警发布平台", "颱風預警發布平臺"),
        ("党委和干部", "黨委和幹部"),
        ("里程碑、公里、邻里", "里程碑、公里、鄰里"),
        ("征求意见与征收", "徵求意見與徵收"),
        ("复印件收费", "複印件收費"),
    ],
)
def test_government_words_keep_their_sense(simplified: str, traditional: str) -> None:
    assert to_traditional(simplified) == traditional


@pytest.mark.parametrize(
    ("simplified", "traditional"),
    [
        ("共有50人参加培训，32人参与考核", "共有50人參加培訓，32人參與考核"),
        ("学生发展和教师发展，一个中心统筹", "學生發展和教師發展，一個中心統籌"),
        ("审批核准后登记并发布公告", "審批核准後登記並發布公告"),
        ("相关系统与机关系统完成对接", "相關系統與機關系統完成對接"),
        ("完善决定制度和规定制度，再制定细则", "完善決定制度和規定制度，再制定細則"),
        ("2亿元后续资金，三年后、5天后付清", "2億元後續資金，三年後、5天後付清"),
        ("产生发热症状的学生发现后报告", "產生發熱症狀的學生發現後報告"),
        ("管理发证、办理发票，开具假发票的", "管理發證、辦理發票，開具假發票的"),
        ("对表现突出的予以表彰，对表示感谢的回信", "對表現突出的予以表彰，對表示感謝的回信"),
        ("绿化面积和面积测算方法", "綠化面積和面積測算方法"),
        ("合并办理，并发挥示范作用", "合併辦理，並發揮示範作用"),
        ("近30年历史，我国历次普查", "近30年歷史，我國歷次普查"),
        ("没有采取措施的，尚未采用", "沒有採取措施的，尚未採用"),
        ("转制为企业，自制宣传品，不准外传", "轉制為企業，自製宣傳品，不准外傳"),
        ("天后宫社区、大同里社区、冲坡镇、于都县", "天后宮社區、大同里社區、沖坡鎮、于都縣"),
        ("范某、余某、于某某、涂某不服", "范某、余某、于某某、涂某不服"),
        ("人参、党参、参茸制品", "人參、黨參、參茸製品"),
        ("新闻发布会、分布于各区、公布栏", "新聞發布會、分布於各區、公布欄"),
        ("占地面积、占用道路、占比、占有", "佔地面積、佔用道路、佔比、佔有"),
    ],
)
def test_words_that_meet_are_not_read_as_a_third(simplified: str, traditional: str) -> None:
    assert to_traditional(simplified) == traditional
    assert to_simplified(traditional) == simplified


def test_the_report_goes_there_and_back(shared_data: Path) -> None:
    simplified = to_simplified((shared_data / "haikou_2020_report.txt").read_text(encoding="utf-8"))
    assert to_simplified(to_traditional(simplified)) == simplified


def test_the_city_s_texts_go_there_and_back() -> None:
    for file in sorted(CITY.glob("*.toml")):
        for text in strings(tomllib.loads(file.read_text(encoding="utf-8"))):
            assert to_simplified(to_traditional(text)) == text


@pytest.mark.parametrize(
    "name", ["annual_reports", "catalogue_rows", "final_accounts", "haikou_divisions", "policy_metadata"]
)
def test_real_texts_go_there_and_back(shared_data: Path, name: str) -> None:
    for text in strings(json.loads((shared_data / f"{name}.json").read_text(encoding="utf-8"))):
        simplified = to_simplified(text)
        assert to_simplified(to_traditional(simplified)) == simplified

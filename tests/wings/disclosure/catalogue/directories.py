"""Directories for tests, drawn as organs draw them."""

from __future__ import annotations

from pathlib import Path

import xlsxwriter

HEAD = ["序号", "公开事项", "", "公开内容（要素）", "公开依据", "公开时限", "公开主体", "公开渠道和载体"]
CARRIERS = [
    "政府网站", "政府公报", "两微一端", "发布会/听证会", "广播电视", "纸质媒体", "公开查阅点", "政务服务中心",
    "便民服务站", "入户/现场", "社区/企事业单位/村公示栏（电子屏）", "精准推送", "其他",
]  # fmt: skip
TICKS = ["全社会", "特定群体（请写明）", "主动", "依申请公开", "县级", "乡级"]


def drawn(path: Path, *, subject: str = "南溟市教育局") -> Path:
    """A workbook with a title, two rows of headings, thirteen narrow columns of marks, merged cells, numbers that begin
    anew, a blank line, a heading printed again and notes below."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("义务教育")
    wide = 8 + len(CARRIERS) + len(TICKS) - 1
    sheet.merge_range(0, 0, 0, wide - 1, "南溟市义务教育领域基层政务公开标准目录")
    for place, text in enumerate([*HEAD[:1], "公开事项", *HEAD[2:7]]):
        if text == "公开事项":
            sheet.merge_range(1, 1, 1, 2, text)
        elif text:
            sheet.merge_range(1, place, 2, place, text)
    sheet.write(2, 1, "一级事项")
    sheet.write(2, 2, "二级事项")
    first = 7
    sheet.merge_range(1, first, 1, first + len(CARRIERS) - 1, "公开渠道和载体")
    for place, text in enumerate(CARRIERS):
        sheet.write(2, first + place, text)
    ticks = first + len(CARRIERS)
    for place, text in ((0, "公开对象"), (2, "公开方式"), (4, "公开层级")):
        sheet.merge_range(1, ticks + place, 1, ticks + place + 1, text)
    for place, text in enumerate(TICKS):
        sheet.write(2, ticks + place, text)

    def row(number: int, cells: dict[int, object]) -> None:
        for place, value in cells.items():
            sheet.write(number, place, value)

    sheet.merge_range(3, 1, 4, 1, "一、招生管理")
    sheet.merge_range(3, 4, 4, 4, "《中华人民共和国义务教育法》、《政府信息公开条例》")
    sheet.merge_range(3, 6, 4, 6, subject)
    marks = {
        first: "■",
        first + 2: "□",
        first + 12: "■ 学校公告",
        ticks: "√",
        ticks + 2: "√",
        ticks + 4: "√",
        ticks + 5: "√",
    }
    row(
        3,
        {
            0: 1,
            2: "招生政策",
            3: "招生工作实施方案；招生范围",
            5: "自信息形成或者变更之日起20个工作日内",
            **marks,
        },
    )
    row(
        4,
        {
            0: 2,
            2: "招生结果",
            3: "各校录取人数",
            5: "录取结束后5个工作日内；其中结果名单公示7个工作日",
            **marks,
        },
    )
    # 5 is a blank line
    row(
        6,
        {
            0: "序号",
            1: "一级事项",
            2: "二级事项",
            3: "公开内容（要素）",
            4: "公开依据",
            5: "公开时限",
            6: "公开主体",
        },
    )
    row(
        7,
        {
            0: 1, 1: "学生资助", 2: "资助名单", 3: "受助学生名单（隐去个人信息）", 4: "同上", 5: "适时公开", 6: subject,
            first: "√", ticks + 1: "受助学生家长", ticks + 3: "√", ticks + 4: "√",
        },
    )  # fmt: skip
    sheet.merge_range(9, 0, 9, wide - 1, "注：标注“■”的为必选项，标注“□”的为可选项。")
    book.close()
    return path

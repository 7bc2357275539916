"""Directories as different offices keep them, drawn for tests: every habit that was seen, none of it tidy."""

from __future__ import annotations

import csv
from pathlib import Path

import xlsxwriter

LAW = "《中华人民共和国政府信息公开条例》（国务院令第711号）"
MIXED = "自信息形成或者变更之日起20个工作日内；其中行政处罚自作出决定之日起7个工作日内\n公示期不少于5个工作日"


def several_sheets(path: Path) -> Path:
    """One sheet for each field, and a cover; three levels; numbers that begin anew; notes and signatures below."""
    book = xlsxwriter.Workbook(str(path))
    cover = book.add_worksheet("封面")
    cover.merge_range("A1:F3", "南溟市基层政务公开标准目录汇编")
    cover.write("A5", "编制单位：南溟市政务公开办公室")
    cover.write("A6", "二〇二〇年十一月")
    for name, titles in (
        ("1.义务教育", ["招生入学", "学生资助"]),
        ("2.就业创业", ["岗位信息发布", "职业培训信息发布", "求职登记"]),
    ):
        sheet = book.add_worksheet(name)
        sheet.merge_range(0, 0, 0, 11, f"南溟市{name.partition('.')[2]}领域基层政务公开标准目录（2020年版）")
        sheet.write(1, 0, "填报单位（盖章）：")
        sheet.merge_range(2, 0, 3, 0, "序\n号")
        sheet.merge_range(2, 1, 2, 3, "公开事项")
        for place, text in enumerate(("一级事项", "二级事项", "三级事项"), start=1):
            sheet.write(3, place, text)
        for place, text in enumerate(
            (
                *("公开内容（要素）", "公开依据", "公开时限", "公开主体"),
                *("公开渠道和载体（打“√”）", "公开对象", "公开方式", "公开层级"),
            ),
            start=4,
        ):
            sheet.merge_range(2, place, 3, place, text)
        last = 3 + len(titles)
        if len(titles) > 1:
            sheet.merge_range(4, 1, last, 1, "公共服务")
        for number, title in enumerate(titles, start=1):
            row = 3 + number
            cells = [
                *(title, f"{title}公告" if number == 1 else "", f"1.{title}政策文件\n2.办理结果"),
                *(
                    LAW,
                    MIXED if number == 1 else "及时公开，长期公开",
                    "南溟市教育局",
                    "√政府网站 √两微一端 □公开查阅点",
                ),
                *("全社会", "主动", "县级、乡级"),
            ]
            sheet.write(row, 0, number)
            for place, text in enumerate(cells, start=2):
                sheet.write(row, place, text)
        sheet.write(last + 1, 0, "注：1.本目录由各单位按照职责公开。2.“■”为必选，“□”为可选。")
        sheet.merge_range(
            last + 2,
            0,
            last + 2,
            11,
            "填表人：张三　　　联系电话：0898-68720000　　　填报日期：2020年11月20日",
        )
    book.close()
    return path


def other_order(path: Path) -> Path:
    """Columns in another order and by other names, marks in narrow columns, the organ first, a column nobody knows."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("Sheet1")
    sheet.merge_range(0, 0, 0, 12, "市教育局义务教育领域政务公开事项清单")
    heads = (
        *("公开责任主体", "公开时间", "公开事项名称", "事项类别", "公开内容、要素", "依据", "备注", "经办人"),
        *("公开对象", "", "公开方式", "", "公开渠道"),
    )
    for place, text in enumerate(heads[:8]):
        sheet.merge_range(1, place, 2, place, text)
    sheet.merge_range(1, 8, 1, 9, heads[8])
    sheet.merge_range(1, 10, 1, 11, heads[10])
    sheet.merge_range(1, 12, 2, 12, heads[12])
    for place, text in ((8, "全社会"), (9, "特定群体（请写明）"), (10, "主动"), (11, "依申请")):
        sheet.write(2, place, text)
    rows = (
        (
            *("南溟市教育局", "每学期开学后20个工作日内", "招生结果", "招生", "录取名单", LAW, "", "李四"),
            *("√", "", "√", "", "政府网站、校园公告栏"),
        ),
        (
            *("同上", "每年3月底前", "经费收支", "财务", "预决算", "同上", "涉密除外", "李四"),
            *("", "本校师生家长", "", "√", "政府网站"),
        ),
    )
    for number, row in enumerate(rows, start=3):
        for place, text in enumerate(row):
            sheet.write(number, place, text)
    book.close()
    return path


def plain_csv(path: Path) -> Path:
    """A sheet saved as CSV in the encoding of old spreadsheet programs: merged cells are empty, the footer stays."""
    with path.open("w", newline="", encoding="gb18030") as file:
        writer = csv.writer(file)
        writer.writerow(["南溟市就业创业领域基层政务公开标准目录", *[""] * 9])
        writer.writerow(
            [
                *("序号", "一级事项", "二级事项", "公开内容(要素)", "公开依据", "公开时限", "公开主体"),
                *("公开渠道和载体", "公开对象", "公开方式", "公开层级"),
            ]
        )
        writer.writerow(
            [
                *(
                    "1",
                    "就业服务",
                    "岗位信息发布",
                    "岗位名称；联系方式",
                    LAW,
                    "提前3个工作日；动态调整",
                    "南溟市教育局",
                ),
                *("■政府网站 ■政务服务中心", "全社会", "主动", "县级"),
            ]
        )
        writer.writerow(["2", "", "求职登记", "办理流程", "", "按规定时限", "", "", "", "", ""])
        writer.writerow(["注：本目录自印发之日起施行。", *[""] * 10])
    return path

"""What checking a report takes: as data, and as a PDF whose tables have to be rebuilt, through the child process."""

from __future__ import annotations

import json
import time
from typing import Any

from gongkai.foundation.benchmark import Benchmark


def _entry() -> dict[str, Any]:
    """A report of a city's size in which every sum is right."""
    from gongkai.wings.disclosure.annual.forms import form

    ours = form("2021")
    shares = {row.code: 17 * at for at, row in enumerate(ours.leaves, start=1)}
    done = sum(shares.values())
    totals = {**shares, "1": done, "2": 40, "3.7": done, "4": 40}
    keys = [column.key for column in ours.columns]
    return {
        "issuer": "基准市人民政府",
        "year": 2024,
        "tables": {
            "table2": {
                "format": "2021",
                **{
                    block.key: {row: {column.key: 9 for column in block.columns} for row in block.rows}
                    for block in ours.blocks
                },
            },
            "table3": [
                {
                    "row": row.code,
                    "label": row.label,
                    "values": {key: totals[row.code] if key in (keys[0], keys[-1]) else 0 for key in keys},
                }
                for row in ours.rows
            ],
            "table4": {
                block.key: {result.key: 4 if result.key == "total" else 1 for result in ours.results}
                for block in ours.remedies
            },
        },
        "narrative": [
            f"全市共收到政府信息公开申请{done}件，予以公开{shares['3.1']}件，部分公开{shares['3.2']}件。",
            "行政复议4件，行政诉讼8件。",
            "全年未收取信息处理费。",
        ]
        * 20,
    }


def seconds_per_json() -> float:
    from gongkai.wings.disclosure.annual.checking import check_all
    from gongkai.wings.disclosure.annual.reading import read_reports

    content = json.dumps(_entry()).encode()
    begun = time.perf_counter()
    rounds = 20
    for _round in range(rounds):
        assert not check_all(read_reports(content)).faults
    return (time.perf_counter() - begun) / rounds


def seconds_per_pdf() -> float:
    from gongkai.wings.disclosure.annual.checking import check_all
    from gongkai.wings.disclosure.annual.reading import read_reports

    content = _pdf()
    begun = time.perf_counter()
    rounds = 3
    for _round in range(rounds):
        (report,) = reports = read_reports(content)
        assert len(report.table3) == 25
        check_all(reports)
    return (time.perf_counter() - begun) / rounds


def _pdf() -> bytes:
    """The tables with ruled lines, on as many pages as they take."""
    import typst

    from gongkai.engines.letters.fonts import FAMILIES, all_folders
    from gongkai.wings.disclosure.annual.forms import path3
    from gongkai.wings.disclosure.annual.shape import Report

    report = Report.from_json(_entry())
    ours, cells = report.official, report.cells()
    told = [["", *(column.label for column in ours.columns)]]
    told += [
        [row.name, *(str(cells[path3(row.code, column.key)]) for column in ours.columns)] for row in ours.rows
    ]
    inside = ", ".join(f"[#{json.dumps(text, ensure_ascii=False)}]" for row in told for text in row)
    source = (
        f'#set page(paper: "a4")\n#set text(font: "{FAMILIES[0]}", size: 8pt)\n'
        f"基准市人民政府2024年政府信息公开工作年度报告\n\n#table(columns: 8, stroke: 0.5pt, {inside})\n"
        + "\n\n".join(report.narrative)
    )
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=list(all_folders())
    )
    made = typst.compile(source.encode(), font_paths=fonts, sys_inputs={"kind": "report"})
    assert isinstance(made, bytes)
    return made


def benchmarks() -> list[Benchmark]:
    return [
        Benchmark(
            name="report-check",
            title="One annual report checked, as data (tables and 60 sentences)",
            target=0.2,
            unit="s",
            better="lower",
            peer="none; a person takes half an hour",
            run=seconds_per_json,
        ),
        Benchmark(
            name="report-check-pdf",
            title="One annual report checked, as a PDF whose tables are rebuilt",
            target=5,
            unit="s",
            better="lower",
            peer="none; a person takes half an hour",
            run=seconds_per_pdf,
        ),
    ]

"""How fast letters are printed."""

from __future__ import annotations

import time

from gongkai.engines.letters.composing import ComposedLetter
from gongkai.engines.letters.pdf import to_pdf
from gongkai.foundation.benchmark import Benchmark

_LETTERS = 300


def letters_per_second() -> float:
    """Letters of one page and a half as PDF/A-2a per second, one process, every one with other words."""
    paragraph = (
        "你于2020年4月20日向本机关提出的政府信息公开申请（编号：基府依申请〔2020〕{n}号）收悉。经审查，现答复如下："
        * 2
    )

    def letter(number: int) -> ComposedLetter:
        return ComposedLetter(
            organ="基准市人民政府办公室",
            title="政府信息公开告知书",
            number=f"基府公开〔2020〕{number}号",
            salutation=f"申请人{number}：",
            paragraphs=tuple(paragraph.format(n=number) for _ in range(5)),
            attachments=("文件一", "文件二"),
            contact="联系人：王五，电话：0898-12345678",
            dated="2020年4月22日",
        )

    to_pdf(letter(0), day=(2020, 4, 22), head=True)
    began = time.perf_counter()
    for number in range(1, _LETTERS + 1):
        to_pdf(letter(number), day=(2020, 4, 22), head=True)
    return _LETTERS / (time.perf_counter() - began)


def benchmarks() -> list[Benchmark]:
    return [
        Benchmark(
            name="letters-pdf",
            title="Official letters as PDF/A, one core",
            target=100,
            unit="PDF/s",
            better="higher",
            peer="WeasyPrint 5–6/s, typst without a kept compiler 4/s (measured on the same kind of machine)",
            run=letters_per_second,
        )
    ]

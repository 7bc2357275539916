"""The last page of a redacted document: what the codes in the boxes mean. As a picture, like all its pages."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import typst

from gongkai.engines.letters.fonts import FAMILIES, all_folders
from gongkai.wings.disclosure.redaction.rules import LegendLine
from gongkai.wings.disclosure.redaction.sources import DPI


def legend_sheets(lines: Sequence[LegendLine], folder: Path) -> list[Path]:
    """PNG pages in ``folder``. Raises ``TypefaceMissing`` when there is no Chinese typeface to print them with."""
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=list(all_folders())
    )
    known = set(fonts.families())
    words = {
        "title": "遮盖说明",
        "intro": "本文件依照《中华人民共和国政府信息公开条例》第三十七条作区分处理后提供。"
        "黑色方框处的内容不予公开，方框内的代码所对应的理由和依据如下：",
        "head": ["代码", "理由", "依据", "位置"],
        "rows": [[line.code, line.label, line.cited, line.places] for line in lines],
        "close": "方框过小时不印代码，其理由以本页所列位置为准。本文件各页均为图像，不含原件的文字和附加信息。",
        "families": [family for family in FAMILIES if family in known] or sorted(known),
    }
    with tempfile.TemporaryDirectory(prefix="gongkai-legend-") as root:
        sheet = Path(root) / "legend.typ"
        sheet.write_bytes(files(__package__).joinpath("legend.typ").read_bytes())
        printed = typst.compile(
            str(sheet),
            root=root,
            font_paths=fonts,
            ignore_system_fonts=True,
            package_path=root,
            package_cache_path=root,
            format="png",
            ppi=DPI,
            sys_inputs={"data": json.dumps(words, ensure_ascii=False)},
        )
    pages = printed if isinstance(printed, list) else [printed]
    paths = [folder / f"legend-{number}.png" for number, _page in enumerate(pages, start=1)]
    for path, page in zip(paths, pages, strict=True):
        assert isinstance(page, bytes)
        path.write_bytes(page)
    return paths

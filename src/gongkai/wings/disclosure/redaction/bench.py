"""What redaction takes, measured through the child process as in real use."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import typst

from gongkai.foundation.benchmark import Benchmark

_PAGES = 40


def _document(folder: Path) -> Path:
    """Full pages of text; letters are as many as on a page of Chinese, and the typeface is typst's own."""
    path = folder / "source.pdf"
    text = "Disclosure 360426199101010071 of information. " * 45
    source = f'#set page(paper: "a4")\n#for n in range({_PAGES}) {{ text(sys.inputs.text); pagebreak(weak: true) }}'
    made = typst.compile(source.encode(), sys_inputs={"text": text})
    assert isinstance(made, bytes)
    path.write_bytes(made)
    return path


def pages_burned_per_second() -> float:
    """Found, burned at 200 dots per inch, and proven."""
    from gongkai.wings.disclosure.redaction import isolation

    with tempfile.TemporaryDirectory(prefix="gongkai-bench-") as name:
        source = _document(Path(name))
        boxes = [(box, "15-2") for box, _kind, _hint in isolation.find(source, words=[], kinds=["id_card"])]
        assert boxes
        pages = len(isolation.sizes(source))
        begun = time.perf_counter()
        _count, faults = isolation.burn(source, boxes=boxes, legend=[], target=Path(name) / "result.pdf")
        seconds = time.perf_counter() - begun
        assert not faults
    return pages / seconds


def benchmarks() -> list[Benchmark]:
    return [
        Benchmark(
            name="redaction-pages",
            title="Pages redacted at 200 dpi, burned and proven",
            target=1,
            unit="pages/s",
            better="higher",
            peer="none; a document of 30 pages should take less than half a minute",
            run=pages_burned_per_second,
        )
    ]

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import pytest
import typst
from click.testing import CliRunner
from docx import Document

from gongkai.shell.commands.hant import hant
from gongkai.shell.commands.scan import scan


def run(file: Path | str, *options: str, given: bytes | None = None) -> tuple[int, str]:
    result = CliRunner().invoke(scan, [str(file), *options], input=given)
    return result.exit_code, result.output


def test_a_clean_text_ends_with_zero(tmp_path: Path) -> None:
    file = tmp_path / "clean.txt"
    file.write_text("海口市人民政府办公室关于印发营商环境提升行动方案的通知", encoding="utf-8")
    assert run(file)[0] == 0


def test_each_kind_is_pointed_at_with_line_and_column(tmp_path: Path) -> None:
    file = tmp_path / "faults.md"
    file.write_text("秘密★10年\n对外公开的酷乘办事指南\n手机13876543210\n我们己经布署\n", encoding="utf-8")
    code, output = run(file, "--json")
    facts = json.loads(output)
    assert code == 1
    assert [(hit["kind"], hit["line"], hit["column"]) for hit in facts["findings"]] == [
        ("secrecy", 1, 1),
        ("stray", 2, 6),
        ("mobile", 3, 3),
        ("wording", 4, 3),
        ("wording", 4, 5),
    ]
    assert facts["counts"] == {"mobile": 1, "secrecy": 1, "stray": 1, "wording": 2}


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_numbers_of_people_are_never_printed(tmp_path: Path, options: list[str]) -> None:
    file = tmp_path / "people.txt"
    file.write_text("身份证460100199001011233，己经联系13876543210", encoding="utf-8")
    output = run(file, *options)[1]
    assert "13876543210" not in output
    assert "460100199001011233" not in output


def test_the_visible_text_of_a_page_is_scanned_across_mark_up(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(
        "<script>13876543210</script><p>通知</p><p>对外公开的<b>酷</b>乘办事指南</p>", encoding="utf-8"
    )
    code, output = run(file, "--json")
    assert code == 1
    [hit] = json.loads(output)["findings"]
    assert (hit["kind"], hit["text"], hit["line"]) == ("stray", "酷乘", 2)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_files_of_older_offices_can_be_read(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "old.txt"
    file.write_bytes("我们己经部署".encode(encoding))
    assert json.loads(run(file, "--json")[1])["counts"] == {"wording": 1}


def word(text: str) -> bytes:
    document, written = Document(), BytesIO()
    document.add_paragraph("第一段")
    document.add_table(rows=1, cols=2).cell(0, 1).text = text
    document.save(written)
    return written.getvalue()


def test_the_text_of_a_word_file_is_scanned_by_paragraph_and_row(tmp_path: Path) -> None:
    file = tmp_path / "稿.docx"
    file.write_bytes(word("我们己经部署"))
    (hit,) = json.loads(run(file, "--json")[1])["findings"]
    assert (hit["kind"], hit["line"]) == ("wording", 2)


def test_the_text_of_a_pdf_is_scanned(tmp_path: Path) -> None:
    file = tmp_path / "稿.pdf"
    file.write_bytes(typst.compile(f"Number 360426199101010071 of nobody. {'More text. ' * 9}".encode()))
    found = json.loads(run(file, "--json")[1])
    assert found["counts"] == {"id_card": 1}
    assert "360426199101010071" not in json.dumps(found)


@pytest.mark.parametrize("content", [b"PK\x03\x04 no archive", b"%PDF-1.4 nothing"])
def test_a_damaged_office_file_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "broken"
    file.write_bytes(content)
    status, told = run(file)
    assert status == 2
    assert "Traceback" not in told


def test_standard_input_is_read() -> None:
    assert run("-", given="我们己经部署".encode())[0] == 1


@pytest.mark.parametrize("content", ["", " \n\t", "<html><body><script>x</script></body></html>"])
def test_a_file_without_a_word_is_not_called_clean(tmp_path: Path, content: str) -> None:
    file = tmp_path / "empty.html"
    file.write_text(content, encoding="utf-8")
    code, output = run(file)
    assert code == 2 and "文件中没有文字" in output


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "picture.txt"
    file.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\xff")
    assert run(file)[0] == 2


@pytest.mark.parametrize(
    ("arguments", "given", "expected"),
    [
        (["行政复议"], None, "行政復議\n"),
        (["--to", "hans", "行政復議"], None, "行政复议\n"),
        ([], "中小学新生\r\n", "中小學新生\r\n"),
    ],
)
def test_a_text_is_converted_and_nothing_else_changes(
    arguments: list[str], given: str | None, expected: str
) -> None:
    result = CliRunner().invoke(hant, arguments, input=given and given.encode())
    assert result.exit_code == 0
    assert result.stdout_bytes.decode() == expected

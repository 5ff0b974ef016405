"""CSV exports are read as people have them."""

from pathlib import Path

import pytest

from sandbox.load import MappingRefused
from sandbox.loading.tables import read_table

TEXT = "会社,業種\n株式会社テスト,製造業\n㈱髙橋,卸売\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_the_encoding_is_found(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(TEXT.encode(encoding))

    table = read_table(path)

    assert table.columns == ("会社", "業種")
    assert [line.cells["会社"] for line in table.lines] == ["株式会社テスト", "㈱髙橋"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found(delimiter: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"id{delimiter}name\n1{delimiter}Ann\n")

    assert read_table(path).lines[0].cells == {"id": "1", "name": "Ann"}


def test_blank_cells_and_blank_rows_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,name\n1, \n\n , \n2,Ann\n")

    assert [dict(line.cells) for line in read_table(path).lines] == [
        {"id": "1"},
        {"id": "2", "name": "Ann"},
    ]


def test_a_line_is_numbered_as_an_editor_shows_it(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('id,note\n1,"two\nlines"\n2,one\n3,x,too many\n')

    lines = read_table(path).lines

    assert [line.number for line in lines] == [2, 4, 5]
    assert lines[2].problem == "3 cells where the heading has 2"


def test_a_quoted_delimiter_does_not_end_a_cell(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('id,name\n1,"Walsh, Johnson"\n')

    assert read_table(path).lines[0].cells["name"] == "Walsh, Johnson"


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"\x81\xff\xfe\x00\x93")

    with pytest.raises(MappingRefused, match="neither UTF-8 nor Shift_JIS"):
        read_table(path)


@pytest.mark.parametrize(("content", "words"), [(None, "No such file"), ("", "name the columns")])
def test_a_file_without_a_heading_is_refused(
    content: str | None, words: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    if content is not None:
        path.write_text(content)

    with pytest.raises(MappingRefused, match=words):
        read_table(path)

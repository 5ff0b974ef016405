"""Tables fit the terminal without losing a figure."""

import pytest

from agent.cli.sheet import Column, Form, Sheet, show_sheet

TITLES = ("Total", "ICP rate", "95 %", "Decided", "Possible", "Before", "Change")


def wide(rows: int = 2) -> Sheet:
    columns = [Column("Stage"), *(Column(title, is_figure=True) for title in TITLES)]
    sheet = Sheet(columns)
    for row in range(rows):
        sheet.rows.append((f"stage {row}", *(f"{row}.{n}234567890" for n in range(len(TITLES)))))
    sheet.rows.append(("hidden one", "not shown"))
    return sheet


@pytest.fixture
def at_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "60")


@pytest.mark.usefixtures("at_terminal")
def test_a_table_too_wide_for_the_terminal_is_cut_into_several(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show_sheet(wide(), Form.TEXT)

    lines = capsys.readouterr().out.splitlines()
    figures = [word for line in lines if "stage 1" in line for word in line.split()[2:]]
    assert figures == [f"1.{n}234567890" for n in range(len(TITLES))], "each once, none cut"
    assert max(map(len, lines)) <= 60
    assert sum("Stage" in line for line in lines) > 1
    assert sum("hidden one" in line for line in lines) == 1


@pytest.mark.parametrize("sheet", [Sheet([Column("Stage")], [("a",)]), Sheet([], []), wide(0)])
@pytest.mark.usefixtures("at_terminal")
def test_a_table_of_names_alone_or_of_nothing_is_printed(
    sheet: Sheet, capsys: pytest.CaptureFixture[str]
) -> None:
    show_sheet(sheet, Form.TEXT)

    out = capsys.readouterr().out
    assert all(column.title in out for column in sheet.columns)


def test_a_file_takes_a_table_of_any_width(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")

    show_sheet(wide(), Form.TEXT)

    assert sum("Stage" in line for line in capsys.readouterr().out.splitlines()) == 1


def test_a_row_that_ends_early_is_whole_in_markdown(capsys: pytest.CaptureFixture[str]) -> None:
    show_sheet(wide(), Form.MARKDOWN)

    rows = [line for line in capsys.readouterr().out.splitlines() if line.startswith("|")]
    assert len({row.count("|") for row in rows}) == 1

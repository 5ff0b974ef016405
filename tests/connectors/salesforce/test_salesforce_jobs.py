"""A stretch of a bulk table: counted, checked, and read row by row."""

import csv
import io
from collections.abc import Iterator

import pytest
import requests

from connectors.errors import MalformedAnswer, Unfinished
from connectors.salesforce.book import Book
from connectors.salesforce.jobs import Stretch, job_id, whole


def answered(body: str | bytes, **headers: str) -> requests.Response:
    response = requests.Response()
    response.raw = io.BytesIO(body if isinstance(body, bytes) else body.encode())
    response.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return response


def test_a_stretch_knows_its_columns_rows_and_what_follows() -> None:
    text = '"Id","Name"\n"1","佐藤, ""x""\nzwei\x00"\n"2",""\n'
    stretch = Stretch(answered(text, Sforce_NumberOfRecords="2", Sforce_Locator="MQ"))

    assert (stretch.columns, stretch.count, stretch.next) == (("Id", "Name"), 2, "MQ")
    assert list(stretch.rows()) == [["1", '佐藤, "x"\nzwei\x00'], ["2", ""]]
    assert list(stretch.rows(skip=1)) == [["2", ""]]


@pytest.mark.parametrize("locator", [{}, {"Sforce_Locator": ""}, {"Sforce_Locator": "null"}])
@pytest.mark.parametrize("body", ["", '"Id"\n'])
def test_an_empty_table_is_one(body: str, locator: dict[str, str]) -> None:
    stretch = Stretch(answered(body, Sforce_NumberOfRecords="0", **locator))

    assert (list(stretch.rows()), stretch.next) == ([], "")


@pytest.fixture
def usual_cells() -> Iterator[None]:
    """The longest cell that Python reads; a sandbox in this process may have made it longer."""
    before = csv.field_size_limit(131_072)
    yield
    csv.field_size_limit(before)


@pytest.mark.usefixtures("usual_cells")
@pytest.mark.parametrize(
    ("body", "headers", "words"),
    [
        ('"Id"\n"1"\n', {}, "does not say how many"),
        ('"Id"\n"1"\n', {"Sforce_NumberOfRecords": "two"}, "does not say how many"),
        ('"Id"\n"1"\n', {"Sforce_NumberOfRecords": "2"}, "1 of 2 rows"),
        ('"Id"\n"1","2"\n', {"Sforce_NumberOfRecords": "1"}, "different widths"),
        ('"Id"\n"' + "x" * 200_000 + '"\n', {"Sforce_NumberOfRecords": "1"}, "cannot be read"),
    ],
)
def test_a_table_that_is_not_whole_is_no_answer(
    body: str, headers: dict[str, str], words: str
) -> None:
    with pytest.raises(MalformedAnswer, match=words):
        Stretch(answered(body, **headers))


def test_half_a_sign_is_replaced_and_the_others_stay() -> None:
    stretch = Stretch(answered(b'"Id"\n"\xe4\xbd"\n', Sforce_NumberOfRecords="1"))

    assert list(stretch.rows()) == [["\ufffd"]]


@pytest.mark.parametrize("answer", [None, {}, {"id": "../limits"}, {"id": 5}])
def test_a_job_without_a_usable_id_is_no_answer(answer: object) -> None:
    with pytest.raises(MalformedAnswer):
        job_id(answer)


@pytest.mark.parametrize("count", [None, "5", True])
def test_a_job_without_a_count_is_no_answer(count: object) -> None:
    with pytest.raises(MalformedAnswer):
        whole({"numberRecordsProcessed": count}, "numberRecordsProcessed")


def test_a_book_finds_the_rows_of_a_record_in_the_order_of_their_times() -> None:
    book = Book()
    columns = ("Id", "LeadId", "Field", "OldValue", "NewValue", "CreatedDate")
    rows = [("h2", "a", "Status", "x", "", "2"), ("h1", "a", "Status", "", "x", "1")]
    book.fill(columns, [*rows, ("h3", "b", "Status", "", "y", "1")])
    book.close_index()

    assert [row["Id"] for row in book.of(["a", "c"])] == ["h1", "h2"]
    assert book.of(["a"])[0]["OldValue"] is None
    book.close()


def test_a_book_without_room_says_so() -> None:
    book = Book()
    book._file.execute("PRAGMA max_page_count = 3")
    rows = ((f"h{number}", "a", "x" * 100, "1") for number in range(1000))

    with pytest.raises(Unfinished, match="no room"):
        book.fill(("Id", "OpportunityId", "StageName", "CreatedDate"), rows)

    book.close()


def test_a_book_of_other_columns_is_no_answer() -> None:
    with pytest.raises(MalformedAnswer):
        Book().fill(("LeadId", "CreatedDate"), [])

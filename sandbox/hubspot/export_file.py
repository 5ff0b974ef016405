"""What stands in an exported file: a header, a line for each record, split where it is long."""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sandbox.hubspot.properties import Property
from sandbox.hubspot.shelf import Record
from sandbox.hubspot.values import read_moment

Row = Sequence[str]


class Sheet:
    """Turns records into rows. Names and values are the internal ones where that was asked for."""

    def __init__(
        self, properties: Sequence[Property], zone: str, *, names: bool, values: bool
    ) -> None:
        self._properties = properties
        self._zone = ZoneInfo(zone)
        self._names = names
        self._values = values
        self._labels = {
            one.name: {option.value: option.label for option in one.options} for one in properties
        }

    def header(self) -> list[str]:
        told = [one.name if self._names else one.label for one in self._properties]
        return ["hs_object_id" if self._names else "Record ID", *told]

    def row(self, record: Record) -> list[str]:
        return [record.id, *(self._cell(one, record) for one in self._properties)]

    def _cell(self, one: Property, record: Record) -> str:
        text = record.values.get(one.name, "")
        if not text or self._values:
            return text
        if one.type == "datetime":
            return self._local(read_moment(text))
        labels = self._labels[one.name]
        return ";".join(labels.get(part, part) for part in text.split(";")) if labels else text

    def _local(self, moment: datetime) -> str:
        return moment.astimezone(self._zone).strftime("%Y-%m-%d %H:%M")


def written(name: str, header: Row, rows: Sequence[Row], most: int) -> tuple[bytes, str]:
    """The file and its suffix: one CSV, or a zip of several where there are too many rows."""
    parts = [rows[start : start + most] for start in range(0, len(rows), most)] or [[]]
    files = [_csv(header, part) for part in parts]
    if len(files) == 1:
        return files[0], "csv"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, file in enumerate(files, start=1):
            archive.writestr(f"{name}-{number}.csv", file)
    return packed.getvalue(), "zip"


def _csv(header: Row, rows: Iterable[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()

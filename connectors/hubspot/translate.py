"""From HubSpot's rows to records. Beyond this file nobody sees an untyped dictionary."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from itertools import repeat
from operator import itemgetter
from types import MappingProxyType
from typing import Any, Final, NoReturn, TypeVar

from bbm_core.records import (
    Money,
    Outcome,
    Parked,
    Record,
    RecordKind,
    RecordRef,
    Removal,
    StatusEntry,
    Value,
)
from connectors.hubspot.errors import malformed
from connectors.hubspot.fields import CURRENT_STAGE_SINCE, MERGED_CONTACTS, MERGED_IDS
from connectors.hubspot.schema import Lens, Milestone, Parser
from connectors.hubspot.values import (
    MOST_CHARACTERS,
    clean_text,
    id_of,
    is_canonical,
    number_of,
    time_of,
)

Row = Mapping[str, Any]
_Texts = Mapping[str, Any]  # texts and null, as far as HubSpot keeps its word
_Key = TypeVar("_Key")

_ODD: Final = (AttributeError, KeyError, TypeError, ValueError)
"""What a row that is not as HubSpot writes them makes Python raise."""


def records_of(
    rows: Sequence[Row], lens: Lens, companies: Mapping[str, str]
) -> list[Record | Parked]:
    """The rows as records, each or why it cannot be one; `companies` are those asked separately.

    All rows at once, a column after another, which takes less time than row by row. Where one of
    them is odd, each is looked at by itself.
    """
    try:
        return [*_records(rows, lens, companies)]
    except _ODD:
        if len(rows) == 1:
            return [_of_odd_row(rows[0], lens, companies)]
    return [one for row in rows for one in records_of((row,), lens, companies)]


def merged_away(row: Row, lens: Lens) -> tuple[Removal, ...]:
    """The records that were merged into this one."""
    survivor = RecordRef(lens.kind, str(row["id"]))
    return tuple(Removal(RecordRef(lens.kind, one), survivor) for one in merged_ids(row))


def merged_ids(row: Row) -> tuple[str, ...]:
    """The ids of what was merged into a row, its own left out."""
    named = [text for name in _MERGED if (text := row["properties"].get(name))]
    ids = dict.fromkeys(one for text in named for one in _merged(str(text)))
    return tuple(one for one in ids if one != row["id"])


def archived_since(row: Row, lens: Lens, since: datetime) -> tuple[Removal, ...]:
    """The removal of an archived row and of what was merged into it before.

    Nothing where it was archived before `since`.
    """
    if not is_archived_since(row, since):
        return ()
    return (*merged_away(row, lens), Removal(RecordRef(lens.kind, str(row["id"]))))


def is_archived_since(row: Row, since: datetime) -> bool:
    """Whether an archived row was not archived before `since`; one that does not say was not."""
    try:
        moment = time_of(str(row["archivedAt"])) if row.get("archivedAt") else since
    except ValueError:
        moment = since
    return moment >= since


def company_of(row: Row, lens: Lens) -> str | None:
    """The primary company that the row itself names.

    Raises:
        ValueError: it names something that is no id.
    """
    return id_of(row["properties"].get(lens.names.company)) if lens.names.company else None


def primary_companies(rows: Iterable[Row], type_id: int) -> dict[str, str]:
    """Record id -> id of its primary company, from an answer about associations.

    HubSpot writes the one as a text and the other as a number.
    """
    return {
        str(row["from"]["id"]): str(to["toObjectId"])
        for row in rows
        for to in row["to"]
        if any(kind.get("typeId") == type_id for kind in to["associationTypes"])
    }


def _of_odd_row(row: Row, lens: Lens, companies: Mapping[str, str]) -> Record | Parked:
    # HubSpot stores texts; others that speak its protocol have been seen to answer plain numbers.
    # To look for them in every row takes longer than to parse it: they are left to be stumbled on.
    held = row["properties"].items()
    texts = {name: str(value) for name, value in held if value is not None and value != ""}
    times = {name: str(row[name]) for name in ("createdAt", "updatedAt") if row.get(name)}
    try:
        [record] = _records(({**row, **times, "properties": texts},), lens, companies)
    except ValueError as error:
        where = _where({**times, **texts}, lens, str(error))
        ref = RecordRef(lens.kind, clean_text(str(row["id"]))[:40])
        return Parked(ref, clean_text(f"{where}{error}"))
    except (AttributeError, KeyError, TypeError) as error:
        raise malformed("a record has another shape") from error
    return record


def _where(texts: _Texts, lens: Lens, why: str) -> str:
    """Which of a row's values is odd, where that is why: whoever corrects it must know."""
    times = (*_TIMES, lens.names.modified, *lens.milestones)
    read = {lens.names.company: id_of} | dict.fromkeys(times, time_of)
    for name in filter(texts.get, read):
        try:
            read[name](texts[name])
        except ValueError as error:
            if str(error) == why:
                return f"{name}: "
    return ""


_TIMES = ("createdAt", "createdate", "closedate", "hs_closed_won_date", CURRENT_STAGE_SINCE)


def _records(rows: Sequence[Row], lens: Lens, companies: Mapping[str, str]) -> Iterator[Record]:
    held: list[_Texts] = [row["properties"] for row in rows]
    created, modified = _times(rows, held, lens)
    ids = _ids(rows)
    names = ([texts.get(name) or "" for texts in held] for name in lens.names.name)
    outcomes, closed_at, amounts = _sales(held, lens) if lens.kind is _SALE else _NO_SALES
    return map(
        Record,
        map(RecordRef, repeat(lens.kind), ids),
        created,
        modified,
        _statuses(rows, held, lens, created),
        outcomes,
        closed_at,
        [_common_text(texts.get("hubspot_owner_id")) for texts in held],
        [_common_text(texts.get(lens.channel)) for texts in held] if lens.channel else _NONE,
        amounts,
        _accounts(ids, held, lens, companies),
        map(clean_text, map(" ".join, zip(*names, strict=True))),
        [MappingProxyType(_parsed(texts, lens.attributes)) for texts in held],
        [MappingProxyType(_parsed(texts, lens.written)) for texts in held]
        if lens.written
        else repeat(_NOTHING),
    )


_NOTHING: Final[Mapping[Any, Value]] = MappingProxyType({})
# An enum looks its members up anew each time.
_SALE: Final = RecordKind.OPPORTUNITY
_ACCOUNT: Final = RecordKind.ACCOUNT
_NONE: Final = repeat(None)
_NO_SALES: Final = (repeat(Outcome.OPEN), _NONE, _NONE)


def _ids(rows: Sequence[Row]) -> list[str]:
    ids = [str(row["id"]) for row in rows]
    return ids if all(map(is_canonical, ids)) else [id_of(row["id"]) or _no_id() for row in rows]


def _no_id() -> NoReturn:
    raise ValueError("the row has an empty id")


def _times(
    rows: Sequence[Row], held: Sequence[_Texts], lens: Lens
) -> tuple[list[datetime], list[datetime]]:
    """When each was created and modified."""
    created: list[Any] = [
        row.get("createdAt") or texts.get("createdate")
        for row, texts in zip(rows, held, strict=True)
    ]
    modified = [
        texts.get(lens.names.modified) or row.get("updatedAt") or begun
        for row, texts, begun in zip(rows, held, created, strict=True)
    ]
    if not all(created):
        raise ValueError("the row does not say when it was created")
    return _moments(created), _moments(modified)


def _moments(texts: Sequence[str]) -> list[datetime]:
    with suppress(ValueError):
        # Always so, from HubSpot, save at the calendar's ends; it spares two calls each.
        if all(text[-1:] == "Z" for text in texts) and "0002" < min(texts) <= max(texts) < "9999":
            return [*map(datetime.fromisoformat, texts)]
    return [*map(time_of, texts)]  # and says what is wrong with one of them


def _accounts(
    ids: Sequence[str], held: Sequence[_Texts], lens: Lens, companies: Mapping[str, str]
) -> list[RecordRef | None]:
    name = lens.names.company
    accounts = [
        id_of(texts.get(name)) or companies.get(one) for texts, one in zip(held, ids, strict=True)
    ]
    return [RecordRef(_ACCOUNT, one) if one else None for one in accounts]


def _parsed(texts: _Texts, wanted: Sequence[tuple[_Key, str, Parser | None]]) -> dict[_Key, Value]:
    found: dict[_Key, Value] = {}
    name = ""
    held = texts.get
    try:
        for key, name, parse in wanted:
            if (text := held(name)) is None:
                continue
            if parse is not None:
                if (value := parse(text)) is not None:
                    found[key] = value
            elif words := (  # nearly all, and nearly all of them are clean: no call for each
                text.strip()
                if text.isprintable() and len(text) <= MOST_CHARACTERS
                else clean_text(text)
            ):
                found[key] = words
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error
    return found


def _statuses(
    rows: Sequence[Row], held: Sequence[_Texts], lens: Lens, created: Sequence[datetime]
) -> Iterator[tuple[StatusEntry, ...]]:
    milestones = lens.milestones
    for row, texts, begun in zip(rows, held, created, strict=True):
        present = _present(texts, lens)
        dated = [*filter(texts.get, milestones)]
        if len(dated) == 1 and milestones[dated[0]].status == present:  # as for most records
            yield (StatusEntry(present, time_of(texts[dated[0]])),)
            continue
        if lens.history:
            yield _with_present(_from_history(row, lens), present, begun)
        else:
            known = _reached(texts, dated, lens, present)
            yield _with_present(known, present, begun, texts.get(CURRENT_STAGE_SINCE))


def _present(texts: _Texts, lens: Lens) -> str:
    present = _common_text(texts.get(lens.status)) or ""
    if present and lens.names.pipeline and not lens.history:
        return f"{_common_text(texts.get(lens.names.pipeline)) or ''}/{present}"
    return present


def _with_present(
    known: tuple[StatusEntry, ...], present: str, created: datetime, said: str | None = None
) -> tuple[StatusEntry, ...]:
    """With the present status at the end, since when HubSpot said that its stage began."""
    if known and known[-1].status == present:
        return known
    if not known and not present:
        return ()
    # Moving back leaves no new date: the present status began at the latest moment known.
    latest = known[-1].at if known else created
    since = latest if said is None else max(time_of(said), latest)
    return (*known, StatusEntry(present, since))


@lru_cache(maxsize=1 << 10)  # there are only so many
def _common_text(text: str | None) -> str | None:
    return (clean_text(text) or None) if text is not None else None


def _reached(
    texts: _Texts, dated: Sequence[str], lens: Lens, present: str
) -> tuple[StatusEntry, ...]:
    known = [(_milestone(name, texts, lens), time_of(texts[name])) for name in dated]
    known.sort(key=lambda one: (one[1], one[0].status == present, one[0].order))
    return tuple(StatusEntry(one.status, at) for one, at in known)


def _milestone(name: str, texts: _Texts, lens: Lens) -> Milestone:
    # A stage that two pipelines have has one date; it is that of the pipeline where the record is.
    here = lens.shared.get((name, texts.get(lens.names.pipeline) or "")) if lens.shared else None
    return here or lens.milestones[name]


def _from_history(row: Row, lens: Lens) -> tuple[StatusEntry, ...]:
    past = (row.get("propertiesWithHistory") or {}).get(lens.history) or ()
    # HubSpot begins with the last one: of two at one moment the later one stays the later.
    found = [(time_of(str(one["timestamp"])), str(one.get("value") or "")) for one in past[::-1]]
    found.sort(key=itemgetter(0))
    return tuple(StatusEntry(clean_text(status), at) for at, status in found)


def _sales(
    held: Sequence[_Texts], lens: Lens
) -> tuple[list[Outcome], list[datetime | None], list[Money | None]]:
    outcomes = [_outcome(texts, lens) for texts in held]
    closed_at = list(map(_closed_at, held, outcomes))
    return outcomes, closed_at, [_amount(texts, lens) for texts in held]


def _outcome(texts: _Texts, lens: Lens) -> Outcome:
    stage = lens.stages.get(f"{texts.get('pipeline')}/{texts.get('dealstage')}")
    if _says(texts, "hs_is_closed_won", by_stage=bool(stage and stage.won)):
        return Outcome.WON
    closed = _says(texts, "hs_is_closed", by_stage=bool(stage and stage.closed))
    return Outcome.LOST if closed else Outcome.OPEN


def _says(texts: _Texts, name: str, *, by_stage: bool) -> bool:
    text = texts.get(name)
    return by_stage if text is None or text == "" else text.strip().lower() == "true"


def _closed_at(texts: _Texts, outcome: Outcome) -> datetime | None:
    if outcome is Outcome.OPEN:
        return None
    won = texts.get("hs_closed_won_date") if outcome is Outcome.WON else None
    text = won or texts.get("closedate")
    return None if text is None else time_of(text)


def _amount(texts: _Texts, lens: Lens) -> Money | None:
    home = texts.get(lens.amount or "amount_in_home_currency")
    if home is not None and lens.currency:
        return Money(number_of(home), lens.currency)
    text, currency = texts.get("amount"), texts.get("deal_currency_code") or lens.currency
    if text is None or not currency or lens.amount:
        return None
    return Money(number_of(text), currency)


_MERGED: Final = (MERGED_IDS, MERGED_CONTACTS)


def _merged(text: str) -> tuple[str, ...]:
    # `1;2` or `1:1700000000000;2:1700000000000`
    ids = (one.partition(":")[0].strip() for one in text.split(";"))
    return tuple(one for one in ids if one.isascii() and one.isdigit())

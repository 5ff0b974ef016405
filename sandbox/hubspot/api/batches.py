"""Records in batches."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from sandbox.hubspot.api.call import Body, Call, mapping, needed, text_of, trace_ids, words
from sandbox.hubspot.api.objects import (
    MOST_WITH_HISTORY,
    by_property,
    create_from,
    prepare_creation,
    unique_property,
)
from sandbox.hubspot.api.shapes import Shape, batch_answer
from sandbox.hubspot.object_types import LEADS
from sandbox.hubspot.refusals import Refused, bad_values, gone_from_batch, invalid
from sandbox.hubspot.shelf import Record
from sandbox.wire import Answer

MOST_INPUTS = 100


def batch_read(call: Call) -> Answer:
    """The live values of records; those that are not there stand among the errors."""
    body, kind = call.body(), call.kind
    with_history = words(body, "propertiesWithHistory")
    inputs = call.inputs(MOST_INPUTS)
    if with_history and len(inputs) > MOST_WITH_HISTORY:
        raise invalid(
            "The maximum number of inputs supported in a batch request for property histories is "
            f"{MOST_WITH_HISTORY}. Please reduce the number of items and try again"
        )
    name = unique_property(call, kind, text_of(body, "idProperty"))
    asked = [needed(one, "id") for one in inputs]
    _refuse_duplicates(asked)
    archived = call.flag("archived")
    found = {one: by_property(call, kind, name, one, archived=archived) for one in asked}
    shape = Shape(call, kind, words(body, "properties"), with_history)
    missing = [one for one, record in found.items() if record is None]
    errors = [gone_from_batch(kind.singular, missing).body()] if missing else []
    present = sorted({one.number: one for one in found.values() if one is not None}.items())
    results = [shape.record(record) for _, record in present]
    return batch_answer(call, results, errors)


def batch_create(call: Call) -> Answer:
    inputs = call.inputs(MOST_INPUTS)
    errors, ready = _sorted_out(call, inputs, lambda body: prepare_creation(call, body))
    results: list[object] = []
    for body, _ in ready:
        record, properties = create_from(call, body)
        results.append(_shown(call, record, properties, body, new=True))
    return batch_answer(call, results, errors, status=201)


def batch_update(call: Call) -> Answer:
    """Write values by id. Unknown ids never stop the others; bad values may."""
    inputs = call.inputs(MOST_INPUTS)
    _refuse_duplicates([needed(one, "id") for one in inputs])
    records = {needed(one, "id"): _by_id(call, one) for one in inputs}
    missing = [one for one, record in records.items() if record is None]
    present = {one: record for one, record in records.items() if record is not None}
    errors, ready = _sorted_out(
        call,
        [body for body in inputs if needed(body, "id") in present],
        lambda body: _accepted(call, body, present[needed(body, "id")]),
        honours=call.portal.knobs.updates_honour_trace_ids,
    )
    results = [_write(call, body, *prepared) for body, prepared in ready]
    gone = [gone_from_batch(call.kind.singular, missing).body()] if missing else []
    return batch_answer(call, _by_number(results), [*gone, *errors])


def batch_upsert(call: Call) -> Answer:
    """Update or create by a unique property; the answer says which of the two it was."""
    if call.kind is LEADS:
        raise invalid(f"Batch upsert is not supported for {LEADS.id}")
    inputs = call.inputs(MOST_INPUTS)
    for body in inputs:
        _unique_for_writing(call, needed(body, "idProperty"))
    _refuse_duplicates([needed(one, "id") for one in inputs])
    errors, ready = _sorted_out(call, inputs, lambda body: _upsertable(call, body))
    results = [_upsert(call, body, record) for body, record in ready]
    return batch_answer(call, _by_number(results), errors)


def batch_archive(call: Call) -> Answer:
    for body in call.inputs(MOST_INPUTS):
        record = by_property(call, call.kind, "", needed(body, "id"))
        if record is not None:
            call.portal.archive(call.kind.name, record.id, by=call.source)
    return Answer(204)


_T = TypeVar("_T")
_Shown = dict[str, object]


def _sorted_out(
    call: Call, inputs: Sequence[Body], prepare: Callable[[Body], _T], *, honours: bool = True
) -> tuple[list[object], list[tuple[Body, _T]]]:
    """What is refused and what can be written.

    With a trace id of its own on every input, refusals stand beside what is written; without, one
    refusal stops all of them before anything is written.
    """
    honours = honours and call.portal.knobs.honours_trace_ids
    traces = trace_ids(inputs) if honours else None
    refused: list[tuple[str, Refused]] = []
    ready: list[tuple[Body, _T]] = []
    claims = _Claims(call)
    for number, body in enumerate(inputs):
        try:
            claims.check(body)
            ready.append((body, prepare(body)))
            claims.keep(body)
        except Refused as error:
            refused.append((traces[number] if traces else "", error))
    if refused and traces is None:
        raise _all_at_once([error for _, error in refused])
    return [_traced(error, trace) for trace, error in refused], ready


class _Claims:
    """The unique values that the inputs of one batch have claimed so far."""

    def __init__(self, call: Call) -> None:
        self._singular = call.kind.singular
        self._names = call.portal.schema.unique_names(call.kind)
        self._claimed: set[tuple[str, str]] = set()

    def check(self, body: Body) -> None:
        """Raises Refused where an earlier input of the batch claims the same value."""
        if self._claimed & self._of(body):
            raise Refused(409, f"{self._singular.capitalize()} already exists", category="CONFLICT")

    def keep(self, body: Body) -> None:
        self._claimed |= self._of(body)

    def _of(self, body: Body) -> set[tuple[str, str]]:
        values = mapping(body, "properties")
        return {(one, text_of(values, one).lower()) for one in self._names if values.get(one)}


def _all_at_once(refused: Sequence[Refused]) -> Refused:
    problems = [problem for one in refused for problem in one.problems]
    if problems:
        return bad_values(problems)
    first = refused[0]
    if first.category == "CONFLICT":  # in a batch that is refused whole, not with whom
        return replace(first, message=first.message.partition(".")[0])
    return first


def _traced(refused: Refused, trace: str) -> dict[str, object]:
    """One error of a batch, which names the input that it belongs to."""
    context = {"objectWriteTraceId": [trace], **refused.context, **refused.in_batch}
    return replace(refused, context=context).body()


def _refuse_duplicates(ids: Sequence[str]) -> None:
    twice = [one for one, times in Counter(ids).items() if times > 1]
    if twice:
        raise invalid(
            f"Duplicate IDs found in batch input: [{', '.join(twice)}]. IDs must be unique",
            ids=twice,
        )


def _by_id(call: Call, body: Body) -> Record | None:
    name = text_of(body, "idProperty")
    if name:
        _unique_for_writing(call, name, by_email=False)
    return by_property(call, call.kind, name, needed(body, "id"))


def _unique_for_writing(call: Call, name: str, *, by_email: bool = True) -> None:
    usable = name in call.portal.schema.unique_names(call.kind)
    if not usable or (name == "email" and not by_email):
        raise invalid(
            f"Unable to perform update/upsert by non-unique {call.kind.id} property {name}"
        )


def _accepted(call: Call, body: Body, record: Record) -> tuple[Record, dict[str, str]]:
    properties = mapping(body, "properties")
    return record, call.portal.checks.accepted(call.kind, properties, call.source, record)


def _write(call: Call, body: Body, record: Record, wanted: dict[str, str]) -> tuple[int, _Shown]:
    call.portal.write(call.kind, record, wanted, call.now, call.source)
    return record.number, _shown(call, record, wanted, body)


def _upsertable(call: Call, body: Body) -> Record | None:
    record = by_property(call, call.kind, needed(body, "idProperty"), needed(body, "id"))
    properties = mapping(body, "properties")
    call.portal.checks.accepted(call.kind, properties, call.source, record)
    return record


def _upsert(call: Call, body: Body, record: Record | None) -> tuple[int, _Shown]:
    name, value, kind = needed(body, "idProperty"), needed(body, "id"), call.kind
    properties = {name: value, **mapping(body, "properties")}
    if record is None:
        record_id = call.portal.create(kind.name, properties, by=call.source)
        record, new = call.portal.store.record(kind, record_id), True
    else:
        call.portal.update(kind.name, record.id, properties, by=call.source)
        new = False
    return record.number, {**_shown(call, record, properties, body, new=new), "new": new}


def _shown(
    call: Call, record: Record, properties: Body, body: Body, *, new: bool = False
) -> _Shown:
    shown = Shape(call, call.kind).written(record, properties, new=new)
    trace = text_of(body, "objectWriteTraceId")
    return {**shown, "objectWriteTraceId": trace} if trace else shown


def _by_number(results: Sequence[tuple[int, _Shown]]) -> list[object]:
    """Not in the order of the inputs: nobody may rely on that."""
    return [shown for _, shown in sorted(results, key=lambda one: one[0])]

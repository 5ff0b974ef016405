"""What a cycle did, as people and as programs read it."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from agent.capabilities.taking import Heard
from agent.cli.icp_words import say
from agent.cli.output import sign
from agent.cli.table import balance_table, stage_json
from agent.cycle import Ending, Report, report_counters
from agent.inputs import TakenIn
from agent.store import OutboxRow, ParkedRow, State
from agent.wiring import Agent
from bbm_core.icp.classify import Flag
from bbm_core.plan import Standing
from bbm_core.records import Answer, FieldRole, RecordKind, RecordRef

_WIDE = 90

EXIT_CODES = {Ending.PARTIAL: 3, Ending.STOPPED: 8, Ending.FAILED: 1}


def exit_code(report: Report) -> int:
    return EXIT_CODES.get(report.ending, 0)


def show_report(out: Console, agent: Agent, report: Report, most: int = 3) -> None:
    """What was read and judged, what changed or would change, and the balance after it."""
    counts = agent.store.write_counts(report.run)
    table = _kinds_table(agent, report, counts)
    # On 80 columns the headings must not be cut.
    table.collapse_padding = out.width < _WIDE
    out.print(table)
    rows = _rows(agent, report, most)[:most]
    _show_examples(out, report, rows, sum(counts.values()))
    _show_delivery(out, agent, report)
    parked = report.intake.parked.total()
    for line in parked_lines(parked, agent.store.parked(most) if parked else ()):
        out.print(f"  {line}")
    if report.stop is None or not report.first:
        out.print(balance_table(report.stages, agent.settings.crm.lang))
    for reason in report.health.partial:
        out.print(f"  {sign('warn')} PARTIAL: {reason}")
    for line in chain(
        *map(heard_lines, report.heard), *(input_lines(taken) for taken in report.inputs)
    ):
        out.print(f"  {line}")
    if report.force.differs:
        out.print(f"  {sign('warn')} {_force(agent, report)}")
    for told in report.told:
        what = "told" if told.sent else f"not told: {told.problem}"
        out.print(f"  {sign('ok' if told.sent else 'warn')} alert {told.message.ref}: {what}")
    out.print(f"Cost     {agent.budget.spent:,} API calls")


def heard_lines(heard: Heard) -> Iterator[str]:
    """What the CRM tells beside its records, or which capability is absent and why."""
    if not heard.absent:
        yield f"{sign('ok')} {heard.capability} of the CRM: {heard.rows:,}"
        return
    if heard.demanded:
        yield f"{sign('warn')} {heard.capability}: {heard.absent}"
        yield f"   {sign('arrow')} {heard.fix}"
        return
    what = heard.absent.rstrip(".")
    yield f"{sign('none')} {heard.capability}: {what} (bbm doctor --json says what to do)"


def parked_lines(count: int, latest: Sequence[ParkedRow]) -> Iterator[str]:
    """How many records could not be read in this run, and why the first of them could not."""
    if not count:
        return
    named = "record" if count == 1 else "records"
    yield f"{sign('warn')} {count:,} {named} could not be read; to be corrected in the CRM:"
    for row in latest[:count]:
        yield f"   {row.ref}: {row.reason}"
    if count > len(latest):
        yield f"   … and {count - len(latest):,} more"


def input_lines(taken: TakenIn, most: int = 3) -> Iterator[str]:
    """What became of a file that people handed over, with the first bad rows."""
    if taken.problem:
        yield f"{sign('warn')} {taken.name}: {taken.problem}"
        yield f"   {sign('arrow')} {taken.hint}"
        return
    if not taken.path:
        yield f"{sign('warn')} {taken.name}: no file is named any more, what it told was dropped"
        return
    mark = sign("warn" if taken.bad else "ok")
    bad = f", {taken.bad:,} could not be used" if taken.bad else ""
    yield f"{mark} {taken.name}: {taken.rows:,} rows of {taken.path}{bad}"
    for row in taken.examples[:most]:
        yield f"   line {row.line:,}: {row.why}"
    if taken.bad > most:
        yield f"   … and {taken.bad - most:,} more"


def _force(agent: Agent, report: Report) -> str:
    """That the configuration holds another ICP than the one by which this run judged."""
    force = report.force
    lang = agent.settings.crm.lang
    return say(lang, "run_by", version=force.version, configuration=force.configuration)


def _rows(agent: Agent, report: Report, most: int | None = None) -> Sequence[OutboxRow]:
    """What this run wrote and what is still to be written, earlier runs' plans included."""
    return (*agent.store.applied(report.run, most), *agent.store.waiting(most))


def _kinds_table(agent: Agent, report: Report, to_write: Mapping[RecordKind, int]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="")
    table.add_column("Object", no_wrap=True)
    for name in ("Read", "ICP", "not", "unknown", "to write", "overridden", "edited", "sealed"):
        table.add_column(name, justify="right", no_wrap=True)
    flags, standings = agent.store.flag_counts(), report.intake.plan.counts
    for kind in agent.kinds:
        counted = [flags.get((kind, flag), 0) for flag in (Flag.YES, Flag.NO, Flag.UNKNOWN)]
        standing = [standings.get((kind, one), 0) for one in _SHOWN]
        row = [report.intake.read[kind], *counted, to_write.get(kind, 0), *standing]
        table.add_row(report.health.kinds[kind].name, *(f"{n:,}" for n in row))
    return table


_SHOWN = (Standing.OVERRIDDEN, Standing.EDITED, Standing.SEALED)


def _show_examples(out: Console, report: Report, rows: Sequence[OutboxRow], total: int) -> None:
    for row in rows:
        out.print(f"  {report.health.kinds[row.ref.kind].name} {row.ref.id}  {_change(row)}")
        if reason := row.values.get(FieldRole.REASON):
            out.print(f"     {reason}")
    if total > len(rows):
        out.print(f"  … and {total - len(rows):,} more (all with --json)")


def _change(write: OutboxRow) -> str:
    shown = (FieldRole.FLAG, FieldRole.SCORE)
    changes = [
        f"{role} {write.old.get(role, None) or '–'} {sign('arrow')} {write.values[role]}"
        for role in shown
        if role in write.values
    ]
    return "   ".join(changes) or ", ".join(write.values)


def _show_delivery(out: Console, agent: Agent, report: Report) -> None:
    answers = report.delivery.answers
    if answers:
        out.print(
            f"  {sign('ok')} {answers[Answer.APPLIED]:,} written   "
            f"{sign('bad')} {answers[Answer.REFUSED]:,} refused   "
            f"{answers[Answer.GONE]:,} gone   {report.delivery.checked:,} read again, "
            f"{len(report.delivery.differing):,} differ"
        )
    for row in agent.store.refusals(report.run, limit=5):
        out.print(f"     {row.ref}: {row.refusal}")
    if report.ending is Ending.PARTIAL:
        for line in _unfinished(agent, report):
            out.print(f"  {line}")


def _unfinished(agent: Agent, report: Report) -> Iterator[str]:
    """What keeps a run from being complete: of earlier runs, for the next one, read otherwise."""
    before = [one for one in agent.store.open_refusals() if one.at < report.started]
    refused = [one.ref for one in before if one.state is State.REFUSED]
    left = [row.ref for row in agent.store.waiting(_MOST_REFS)]
    waiting, differing = agent.store.planned_counts().writes, report.delivery.differing
    yield from refs_line(len(refused), refused, "refused in an earlier run, offered again in a day")
    yield from refs_line(waiting, left, "left for the next run, the CRM was busy or did not say")
    yield from refs_line(len(differing), differing, "not as written, changed by somebody since")


def refs_line(count: int, refs: Sequence[RecordRef], what: str) -> Iterator[str]:
    """How many records this is true of, and the first of them; nothing where there are none."""
    if count:
        shown = ", ".join(map(str, refs[:_MOST_REFS]))
        more = f" and {count - _MOST_REFS:,} more" if count > _MOST_REFS else ""
        yield f"{sign('warn')} {what}: {shown}{more} (bbm why)"


_MOST_REFS = 3


def report_json(agent: Agent, report: Report) -> Mapping[str, Any]:
    """The report for programs; `digest` is what `bbm sync --from-plan` confirms."""
    return {
        "run": report.run,
        "org": report.health.org_id,
        "version": agent.rules.classifier.version,
        "definition": {
            "source": report.force.source,
            "configuration": report.force.configuration,
            "edited": report.force.edited,
            "differs": report.force.differs,
        },
        "digest": report.digest,
        "ending": report.ending,
        "first": report.first,
        "counts": report_counters(agent, report),
        "kinds": {kind: _kind_json(agent, report, kind) for kind in agent.kinds},
        "changes": [_write_json(report, row) for row in _rows(agent, report)],
        "edited": [
            {"record": str(e.ref), "field": e.role, "ours": e.ours, "theirs": e.theirs}
            for e in report.intake.plan.edits
        ],
        "balance": [stage_json(stage) for stage in report.stages],
        "alerts": [
            {"ref": t.message.ref, "stage": t.stage, "change": t.change, "sent": t.sent}
            for t in report.told
        ],
        "capabilities": [_heard_json(heard) for heard in report.heard],
        "inputs": [_input_json(taken) for taken in report.inputs],
        "partial": list(report.health.partial),
        "stop": report.stop
        and {"code": report.stop.code, "what": report.stop.what, "fix": report.stop.hint},
        "problems": [
            {"code": p.code, "severity": p.severity, "what": p.what, "fix": p.fix}
            for p in report.health.problems
        ]
        + [
            {"code": "BBM-WR-001", "record": str(row.ref), "what": row.refusal}
            for row in agent.store.refusals(report.run)
        ],
    }


def _heard_json(heard: Heard) -> Mapping[str, Any]:
    return {
        "name": heard.capability,
        "rows": heard.rows,
        "absent": heard.absent,
        "code": heard.code,
        "fix": heard.fix,
    }


def _input_json(taken: TakenIn) -> Mapping[str, Any]:
    return {
        "name": taken.name,
        "path": taken.path,
        "rows": taken.rows,
        "bad": taken.bad,
        "examples": [{"line": row.line, "why": row.why} for row in taken.examples],
        "problem": taken.problem,
        "fix": taken.hint,
    }


def _kind_json(agent: Agent, report: Report, kind: RecordKind) -> Mapping[str, Any]:
    flags = agent.store.flag_counts()
    return {
        "read": report.intake.read[kind],
        "echoes": report.intake.echoes[kind],
        "parked": report.intake.parked[kind],
        **{flag.value: flags.get((kind, flag), 0) for flag in Flag},
        **{s.value: report.intake.plan.counts.get((kind, s), 0) for s in Standing},
    }


def _write_json(report: Report, write: OutboxRow) -> Mapping[str, Any]:
    info = report.health.kinds[write.ref.kind]
    old = write.old
    return {
        "object": info.name,
        "id": write.ref.id,
        "url": report.health.record_url.format(id=write.ref.id, kind=info.link or info.name),
        "fields": {
            role: {"old": old.get(role), "new": value} for role, value in write.values.items()
        },
    }

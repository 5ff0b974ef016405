"""A what-if as people and as programs read it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from agent.cli.icp_words import say
from agent.cli.output import sign
from agent.cli.table import percent, span, tally_json
from agent.whatif import Proposal
from agent.wiring import Books
from bbm_core.balance.rate import wilson
from bbm_core.balance.tally import Tally
from bbm_core.icp.profile import Lang, Profile
from bbm_core.icp.terms import Difference, differences
from bbm_core.icp.whatif import Group, Part, StageChange

TIERS = ("A", "B", "C", "D")
SIDES = ("enters", "leaves", "stays")


def show_proposal(
    out: Console, books: Books, proposal: Proposal, changes: Sequence[Difference], lang: Lang
) -> None:
    """What the definition would change: in words, in people, in rates, in writes."""
    out.print(f"{proposal.old} {sign('arrow')} {proposal.new}")
    show_changes(out, changes, lang)
    out.print(f"\n{say(lang, 'sides')}")
    out.print(_sides(proposal, lang))
    for line in _refs(proposal, lang):
        out.print(line)
    out.print(f"\n{say(lang, 'tiers')}")
    out.print(_tiers(proposal))
    out.print(say(lang, "stages", since=proposal.since.date()))
    out.print(_stages(books, proposal, lang))
    for line in _consequences(proposal, lang):
        out.print(line)


def show_changes(out: Console, changes: Sequence[Difference], lang: Lang) -> None:
    """The differences, one line each."""
    out.print(f"\n{say(lang, 'changes')}")
    for one in changes:
        out.print(f"  {one.name}  {one.text(lang)}")
    if not changes:
        out.print(f"  {say(lang, 'same')}")


def _sides(proposal: Proposal, lang: Lang) -> Table:
    table = _table(["", *(say(lang, k) for k in ("records", "companies"))], words=1)
    for name in ("opportunity", "won", "worth"):
        table.add_column(say(lang, name), justify="right", no_wrap=True)
    for side in SIDES:
        group: Group = getattr(proposal.what, side)
        table.add_row(
            say(lang, side),
            f"{group.records:,}",
            f"{group.units:,}",
            _part(group.opportunity),
            _part(group.won),
            _worth(group, lang),
        )
    return table


def _part(part: Part) -> str:
    """The rate, its interval, and of how many."""
    if not part.whole:
        return "–"
    return f"{percent(part.rate)} ({span(part.interval, digits=0)}, n={part.whole:,})"


def _worth(group: Group, lang: Lang) -> str:
    if group.worth is None:
        return "–"
    return say(lang, "worth_known", worth=f"{group.worth:,.0f}", count=f"{group.worth_known:,}")


def _refs(proposal: Proposal, lang: Lang) -> Iterator[str]:
    for side, word in (("enters", "enter"), ("leaves", "leave")):
        refs = getattr(proposal.what, side).refs
        if refs:
            yield f"  {say(lang, 'first', side=say(lang, word), refs=', '.join(map(str, refs)))}"


def _tiers(proposal: Proposal) -> Table:
    table = _table(["", *TIERS], words=1)
    for old in TIERS:
        counts = [proposal.what.tiers.get((old, new), 0) for new in TIERS]
        table.add_row(old, *(f"{count:,}" if count else "·" for count in counts))
    return table


def _stages(books: Books, proposal: Proposal, lang: Lang) -> Table:
    labels = {stage.name: stage.label.text(lang) for stage in books.rules.stages}
    names = [say(lang, key) for key in ("stage", "total", "before", "after")]
    table = _table(names, words=1)
    for stage in proposal.what.stages:
        row = [labels[stage.stage], f"{stage.before.total:,}"]
        table.add_row(*row, _rate(stage.before), _rate(stage.after))
    return table


def _rate(tally: Tally) -> str:
    if not tally.known:
        return "–"
    return f"{percent(tally.rate)} ({span(wilson(tally.icp, tally.known))})"


def _consequences(proposal: Proposal, lang: Lang) -> Iterator[str]:
    writes = sum(proposal.writes.values())
    if not writes:
        yield say(lang, "nothing_to_write")
    else:
        yield say(
            lang,
            "writes",
            writes=f"{writes:,}",
            flips=f"{len(proposal.flips):,}",
            calls=f"{proposal.calls:,}",
            owners=f"{proposal.owners:,}",
        )
    yield say(lang, "guards" if proposal.stops else "no_guard")
    for stop in proposal.stops:
        yield f"  {sign('warn')} {stop.code}  {stop.what}"
    yield say(lang, "agreed", flips=f"{len(proposal.flips):,}")
    yield say(lang, "digest", digest=proposal.digest)


def _table(names: Sequence[str], words: int) -> Table:
    """A plain table whose first columns hold words and whose others hold figures."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="")
    for number, name in enumerate(names):
        table.add_column(name, justify="left" if number < words else "right", no_wrap=True)
    return table


# for programs


def proposal_json(
    proposal: Proposal, old: Sequence[Profile], new: Sequence[Profile], lang: Lang
) -> Mapping[str, Any]:
    """The what-if; `digest` is what `bbm icp publish --digest` agrees to."""
    what = proposal.what
    return {
        "old": proposal.old,
        "new": proposal.new,
        "digest": proposal.digest,
        "since": proposal.since,
        "changes": changes_json(differences(old, new, lang), lang),
        "records": what.records,
        "tiers": [
            {"before": old, "after": new, "records": count}
            for (old, new), count in sorted(what.tiers.items())
        ],
        "flags": [
            {"before": old, "after": new, "records": count}
            for (old, new), count in sorted(what.flags.items())
        ],
        **{side: _group_json(getattr(what, side)) for side in SIDES},
        "stages": [_stage_json(stage) for stage in what.stages],
        "writes": {kind.value: count for kind, count in proposal.writes.items()},
        "flips": len(proposal.flips),
        "calls": proposal.calls,
        "owners": proposal.owners,
        "guards": [{"code": stop.code, "what": stop.what} for stop in proposal.stops],
    }


def changes_json(changes: Sequence[Difference], lang: Lang) -> list[Mapping[str, Any]]:
    return [
        {
            "kind": one.kind,
            "profile": one.profile,
            "part": one.part,
            "name": one.name,
            "before": one.before or None,
            "after": one.after or None,
            "text": one.text(lang),
        }
        for one in changes
    ]


def _group_json(group: Group) -> Mapping[str, Any]:
    return {
        "records": group.records,
        "refs": [str(ref) for ref in group.refs],
        "companies": group.units,
        "opportunity": _part_json(group.opportunity),
        "won": _part_json(group.won),
        "worth": group.worth,
        "worth_known": group.worth_known,
    }


def _part_json(part: Part) -> Mapping[str, Any]:
    return {
        "part": part.part,
        "whole": part.whole,
        "rate": part.rate,
        "interval": list(part.interval) if part.whole else None,
    }


def _stage_json(stage: StageChange) -> Mapping[str, Any]:
    return {
        "stage": stage.stage,
        "before": _counted(stage.before),
        "after": _counted(stage.after),
    }


def _counted(tally: Tally) -> Mapping[str, Any]:
    counts = {k: v for k, v in tally_json(tally).items() if not k.startswith("amount")}
    interval = list(wilson(tally.icp, tally.known)) if tally.known else None
    return {**counts, "interval": interval}

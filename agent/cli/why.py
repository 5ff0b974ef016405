"""`bbm why`: one record or one alert, and all that is known about it; asks no CRM."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from agent.alerts.figures import foreign
from agent.alerts.terminal import render_text
from agent.cli.opening import open_config, reading_lang
from agent.cli.output import console, print_json, sign
from agent.cli.why_words import say
from agent.clock import SystemClock
from agent.dossier import (
    ALERT,
    AlertStory,
    Dossier,
    Happening,
    alert_story,
    open_dossier,
    record_of,
)
from agent.store import Kept, KeptEntry
from agent.wiring import Books, open_books
from bbm_core.icp.classify import Flag, Verdict
from bbm_core.icp.engagement import Heat
from bbm_core.icp.explain import activity_text, breakdown, flag_text, override_line, reason_line
from bbm_core.icp.profile import Label, Lang
from bbm_core.match import Match
from bbm_core.records import FieldRole, Value

SCHEMA = "bbm.why/1"


def why(
    record: str,
    /,
    *,
    lang: Lang | None = None,
    config: Path | None = None,
    json: bool = False,
) -> int:
    """Why a record is judged as it is, point by point, and what was written to it when.

    Args:
        record: an id as the CRM shows it, kind:id, or the ref of an alert (BBM-1A2B3C).
        lang: the language of the text.
        config: the configuration file.
        json: one JSON document instead of text.
    """
    loaded = open_config(config)
    with open_books(loaded, SystemClock()) as books:
        shown = _Shown(books, reading_lang(loaded, lang))
        if ALERT.fullmatch(record.strip().upper()):
            story = alert_story(books, record.strip().upper())
            body, lines = _alert_json(story), _alert_lines(story)
        else:
            dossier = open_dossier(books, record_of(books, record))
            body, lines = shown.json(dossier), shown.lines(dossier)
        if json:
            print_json(SCHEMA, books.clock.now(), body)
        else:
            out = console()
            for line in lines:
                out.print(line)
    return 0


class _Shown:
    """Puts a dossier into the words of one language, or into JSON."""

    def __init__(self, books: Books, lang: Lang) -> None:
        self._lang = lang
        self._zone = ZoneInfo(books.settings.crm.timezone)
        self._stages = {stage.name: stage.label for stage in books.rules.stages}
        self._labels: Mapping[str, Label] = {
            name: attribute.label
            for name, attribute in books.settings.attributes.items()
            if attribute.label is not None
        }

    # text

    def lines(self, dossier: Dossier) -> Iterator[str]:
        yield self._headline(dossier)
        if dossier.parked:
            yield self._say("parked", since=self._at(dossier.parked.first_seen))
            yield f"    {foreign(dossier.parked.reason)}"
        if dossier.kept:
            yield from self._standing(dossier.kept)
        if dossier.decision and dossier.verdict:
            yield f"  {override_line(dossier.decision, dossier.verdict, self._lang)}"
        if dossier.verdict:
            yield from self._verdict(dossier.verdict)
        if dossier.heat:
            yield from self._heat(dossier.heat)
        if dossier.match:
            yield self._match(dossier.match)
        yield from self._crm(dossier)
        if dossier.kept:
            yield from self._stage_lines(dossier.kept)
        yield from self._history(dossier)

    def _headline(self, dossier: Dossier) -> str:
        verdict, decision = dossier.verdict, dossier.decision
        if verdict is None:
            return f"{dossier.ref}   {self._say('unjudged').strip()}"
        flag = flag_text(decision.flag if decision else verdict.flag, self._lang)
        return f"{dossier.ref}   {flag} · {verdict.score} · {verdict.tier}"

    def _standing(self, kept: Kept) -> Iterator[str]:
        if kept.gone:
            survivor = kept.survivor
            yield self._say("merged", into=survivor) if survivor else self._say("gone")
        if kept.filtered_by:
            yield self._say("filtered", name=kept.filtered_by)
        if kept.record.sealed:
            yield self._say("sealed")
        yield self._say("segment", name=self._say(f"segment_{kept.segment.value}").strip())
        if kept.record.statuses:
            present = kept.record.statuses[-1]
            yield self._say("status", status=foreign(present.status), at=self._at(present.at))

    def _verdict(self, verdict: Verdict) -> Iterator[str]:
        yield f"  {reason_line(verdict, self._lang, limit=1000, labels=self._labels)}"
        yield ""
        yield self._say("criteria")
        for reason, line in zip(verdict.reasons, breakdown(verdict, self._lang), strict=True):
            yield f"    {line}   [{reason.criterion}]"
        yield self._say("coverage", percent=verdict.coverage, low=verdict.low, high=verdict.high)
        if verdict.missing:
            yield self._say("missing", names=", ".join(map(self._attribute, verdict.missing)))
        if verdict.deciding:
            yield self._say("deciding", name=self._attribute(verdict.deciding))
        yield self._say("version", profile=verdict.profile, version=verdict.version)

    def _match(self, match: Match) -> str:
        by = self._say(f"key_{match.key.value}").strip() if match.key else ""
        return self._say(
            f"match_{match.standing.value}",
            account=match.account,
            by=by,
            confidence=match.confidence,
            candidates=", ".join(match.candidates),
        )

    def _heat(self, heat: Heat) -> Iterator[str]:
        key = {True: "heat_hot", False: "heat_cold", None: "heat_unknown"}[heat.is_hot]
        yield self._say(key, level=heat.level, points=heat.points, needed=heat.needed)
        for one in heat.shares:
            what, points = activity_text(one.what), f"{one.points:+d}"
            yield f"  {self._say('heat_share', what=what, points=points, day=one.last)}"

    def _crm(self, dossier: Dossier) -> Iterator[str]:
        yield ""
        written = dossier.written
        if written is None:
            yield self._say("never_written")
        else:
            what = self._values(written.new)
            yield self._say("written", at=self._at(written.at), run=written.run, what=what)
        for one in dossier.edited:
            yield self._say(
                "edited",
                field=one.role.value,
                ours=self._value(one.ours),
                theirs=self._value(one.theirs),
            )
        if dossier.waiting:
            values = {role.value: value for role, value in dossier.waiting.values.items()}
            yield self._say("waiting", what=self._values(values))

    def _stage_lines(self, kept: Kept) -> Iterator[str]:
        if not kept.entries:
            yield self._say("no_stages")
            return
        yield self._say("stages")
        for one in kept.entries:
            entry = one.entry
            left = self._at(entry.left) if entry.left else self._say("still").strip()
            then = flag_text(one.flag, self._lang) if one.flag else "–"
            yield f"    {self._stage(entry.stage)}   {self._at(entry.entered)} – {left}   {then}"

    def _history(self, dossier: Dossier) -> Iterator[str]:
        if dossier.history:
            yield self._say("history")
        for one in dossier.history:
            yield f"    {self._at(one.at)}   {self._happened(one)}"

    def _happened(self, one: Happening) -> str:
        event = self._say(one.event.replace(".", "_")).strip()
        if one.refusal:
            return f"{event}: {foreign(one.refusal)}"
        role = FieldRole.FLAG.value
        if role not in one.new:
            return f"{event}: {', '.join(one.new)}"
        old, new = self._value(one.old.get(role)), self._value(one.new[role])
        return f"{event}: {old} {sign('arrow')} {new}"

    def _values(self, values: Mapping[str, Value | None]) -> str:
        shown = (FieldRole.FLAG.value, FieldRole.SCORE.value, FieldRole.TIER.value)
        known = [self._value(values[role]) for role in shown if role in values]
        return " · ".join(known) or ", ".join(values)

    def _value(self, value: Value | None) -> str:
        if value in {flag.value for flag in Flag}:
            return flag_text(Flag(str(value)), self._lang)
        return "–" if value is None else foreign(str(value))

    def _attribute(self, name: str) -> str:
        return self._labels[name].text(self._lang) if name in self._labels else name

    def _stage(self, name: str) -> str:
        return self._stages[name].text(self._lang) if name in self._stages else name

    def _at(self, moment: datetime) -> str:
        return f"{moment.astimezone(self._zone):%Y-%m-%d %H:%M %Z}"

    def _say(self, key: str, **values: object) -> str:
        return f"  {say(self._lang, key, **values)}"

    # JSON

    def json(self, dossier: Dossier) -> Mapping[str, Any]:
        kept, verdict, decision = dossier.kept, dossier.verdict, dossier.decision
        return {
            "record": str(dossier.ref),
            "flag": decision.flag if decision else verdict and verdict.flag,
            "verdict": verdict and _verdict_json(verdict, self._lang),
            "heat": dossier.heat,
            "account_match": dossier.match,
            "override": decision,
            "scope": kept and {"segment": kept.segment, "filtered_by": kept.filtered_by},
            "gone": bool(kept and kept.gone),
            "survivor": str(kept.survivor) if kept and kept.survivor else None,
            "last_written": dossier.written and _happening_json(dossier.written),
            "edited": dossier.edited,
            "planned": dossier.waiting and dict(dossier.waiting.values),
            "parked": dossier.parked
            and {"reason": dossier.parked.reason, "since": dossier.parked.first_seen},
            "stages": [_entry_json(entry) for entry in kept.entries] if kept else [],
            "history": [_happening_json(one) for one in dossier.history],
            "problems": [],
        }


def _verdict_json(verdict: Verdict, lang: Lang) -> Mapping[str, Any]:
    said = zip(verdict.reasons, breakdown(verdict, lang), strict=True)
    return {
        "flag": verdict.flag,
        "fit": verdict.fit or verdict.flag,
        "score": verdict.score,
        "raw": verdict.raw,
        "low": verdict.low,
        "high": verdict.high,
        "tier": verdict.tier,
        "coverage": verdict.coverage,
        "profile": verdict.profile,
        "version": verdict.version,
        "missing": verdict.missing,
        "deciding": verdict.deciding,
        "excluded_by": verdict.excluded_by,
        "missed": verdict.missed,
        "criteria": [
            {
                "id": reason.criterion,
                "attribute": reason.attribute,
                "role": reason.role,
                "value": reason.value,
                "points": reason.points,
                "answer": "neutral" if reason.neutral else reason.match,
                "text": text,
            }
            for reason, text in said
        ],
    }


def _entry_json(kept: KeptEntry) -> Mapping[str, Any]:
    entry = kept.entry
    return {
        "stage": entry.stage,
        "entered": entry.entered,
        "left": entry.left,
        "flag_then": kept.flag,
        "version_then": kept.version,
    }


def _happening_json(one: Happening) -> Mapping[str, Any]:
    return {
        "at": one.at,
        "run": one.run,
        "event": one.event,
        "old": one.old,
        "new": one.new,
        "refusal": one.refusal,
    }


def _alert_lines(story: AlertStory) -> Iterator[str]:
    """The message as it stands now, then what happened to it, oldest last."""
    yield render_text(story.alerts[0][1])
    for row, message in story.alerts:
        change = row.transition.split(".", 1)[-1]
        problem = f"   {foreign(row.problem)}" if row.problem else ""
        yield f"  {row.queued_at:%Y-%m-%d %H:%M UTC}   {change}   {row.state}{problem}"
        if message is not story.alerts[0][1]:
            yield f"    {message.headline}"


def _alert_json(story: AlertStory) -> Mapping[str, Any]:
    return {
        "alert": story.ref,
        "stage": story.key,
        "messages": [
            {
                "queued_at": row.queued_at,
                "change": row.transition.split(".", 1)[-1],
                "state": row.state,
                "problem": row.problem,
                "headline": message.headline,
                "text": render_text(message),
            }
            for row, message in story.alerts
        ],
        "problems": [],
    }

"""`bbm icp test`: judge rows of a CSV file, or one record, by a definition; asks no CRM."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich import box
from rich.table import Table

from agent.alerts.figures import foreign
from agent.cli.icp_naming import Named, active, named
from agent.cli.icp_words import say
from agent.cli.opening import open_config, reading_lang
from agent.cli.output import console, print_json, sign
from agent.clock import Clock, SystemClock
from agent.config import Loaded
from agent.dossier import record_of
from agent.store import Store
from agent.tables import BadRow, read_csv
from agent.wiring import Books, build_rules, open_books
from bbm_core.errors import ConfigError
from bbm_core.icp.classify import Classifier, Flag, Verdict
from bbm_core.icp.explain import breakdown, flag_text, reason_line
from bbm_core.icp.profile import Label, Lang
from bbm_core.records import Value

_SHOWN = 20


def trial(  # noqa: PLR0913 - one option each
    file: Path | None = None,
    /,
    *,
    record: str = "",
    draft: str = "active",
    lang: Lang | None = None,
    config: Path | None = None,
    json: bool = False,
) -> int:
    """Judge the rows of a CSV file, or one record that is kept, by a definition.

    Args:
        file: a CSV file; a column counts as the attribute whose name or label it has.
        record: an id as the CRM shows it, or kind:id, instead of a file.
        draft: a TOML file, a version, active, config, shadow or previous.
        lang: the language of the text.
        config: the configuration file.
        json: one JSON document instead of text.
    """
    if (file is None) is (not record):
        raise ConfigError(
            "Either a CSV file or a record is to be judged.",
            hint="bbm icp test FILE.csv, or bbm icp test --record lead:00Q…",
            code="BBM-IC-015",
        )
    loaded = open_config(config)
    speech = reading_lang(loaded, lang)
    with _books(loaded, SystemClock(), needs_state=bool(record)) as books:
        chosen = active(books) if draft == "active" else named(books, draft)
        found = _record(books, record, chosen) if record else _rows(books, file, chosen)
        if json:
            print_json("bbm.icp-test/1", books.clock.now(), _document(found, speech))
        else:
            _show(books, found, speech)
    return 0


@dataclass(frozen=True, slots=True)
class _Judged:
    """A row or a record, and what the definition says."""

    name: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class _Trial:
    version: str
    judged: tuple[_Judged, ...]
    unused: tuple[str, ...] = ()  # columns that are no attribute
    absent: tuple[str, ...] = ()  # attributes that the definition asks for and no column gives
    bad: tuple[BadRow, ...] = ()


def _books(loaded: Loaded, clock: Clock, *, needs_state: bool) -> Books:
    """The kept book; for a file alone, a state in memory does where there is none yet."""
    try:
        return open_books(loaded, clock)
    except ConfigError:
        if needs_state:
            raise
    settings = loaded.settings
    store = Store.open("sqlite://", lock=False)
    return Books(settings, store, clock, build_rules(settings), loaded.path.parent)


def _record(books: Books, record: str, chosen: Named) -> _Trial:
    ref = record_of(books, record)
    kept = books.store.known([ref])[ref]
    verdict = Classifier(chosen.profiles).judge(kept.attributes, books.clock.now().date())
    return _Trial(chosen.version, (_Judged(str(ref), verdict),))


def _rows(books: Books, file: Path | None, chosen: Named) -> _Trial:
    table = read_csv(file or Path())
    columns = _columns(books, table.columns)
    classifier, today = Classifier(chosen.profiles), books.clock.now().date()
    judged = []
    for row in table.rows:
        found: dict[str, Value] = {columns[c]: v for c, v in row.cells.items() if c in columns}
        first = next(iter(row.cells.values()), "")
        name = f"{row.line}: {foreign(first)}"
        judged.append(_Judged(name, classifier.judge(found, today)))
    asked = {c.attribute for profile in chosen.profiles for c in profile.criteria}
    return _Trial(
        version=chosen.version,
        judged=tuple(judged),
        unused=tuple(name for name in table.columns if name not in columns),
        absent=tuple(sorted(asked - set(columns.values()))),
        bad=table.bad,
    )


def _columns(books: Books, names: Sequence[str]) -> Mapping[str, str]:
    """The attribute of each column that has one, by its name, its label, or the CRM's field.

    Raises:
        ConfigError: no column is an attribute.
    """
    known: dict[str, str] = {}
    for name, attribute in books.settings.attributes.items():
        label: Label | None = attribute.label
        fields = [attribute.account, attribute.lead, attribute.contact, attribute.opportunity]
        texts = [name, *fields, *([label.en, label.ja] if label else [])]
        for text in texts:
            if text:
                known.setdefault(text.casefold(), name)
    found = {name: known[name.casefold()] for name in names if name.casefold() in known}
    if not found:
        raise ConfigError(
            "No column of the file is an attribute of the configuration.",
            hint=f"Name columns after attributes: {', '.join(books.settings.attributes)}.",
            code="BBM-IC-016",
        )
    return found


def _show(books: Books, trial: _Trial, lang: Lang) -> None:
    out = console()
    out.print(f"{trial.version}")
    if len(trial.judged) == 1:
        _show_one(books, trial.judged[0], lang)
    else:
        _show_many(books, trial, lang)
    for row in trial.bad:
        out.print(f"  {sign('warn')} {row.line}: {row.why}")
    if trial.absent:
        out.print(f"  {sign('warn')} {say(lang, 'absent', names=', '.join(trial.absent))}")
    if trial.unused:
        out.print(f"  {sign('none')} {say(lang, 'unused', names=', '.join(trial.unused))}")


def _show_one(books: Books, one: _Judged, lang: Lang) -> None:
    out, verdict = console(), one.verdict
    flag = flag_text(verdict.flag, lang)
    out.print(f"{one.name}   {flag} · {verdict.score} · {verdict.tier}")
    out.print(f"  {reason_line(verdict, lang, limit=1000, labels=_labels(books))}")
    for line in breakdown(verdict, lang):
        out.print(f"    {line}")


def _show_many(books: Books, trial: _Trial, lang: Lang) -> None:
    out = console()
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="")
    table.add_column(say(lang, "row"), no_wrap=True, max_width=30)
    table.add_column("ICP", no_wrap=True)
    table.add_column(say(lang, "score"), justify="right", no_wrap=True)
    table.add_column(say(lang, "why"))
    for one in trial.judged[:_SHOWN]:
        verdict = one.verdict
        why = reason_line(verdict, lang, labels=_labels(books))
        score = f"{verdict.score} {verdict.tier}"
        table.add_row(one.name, flag_text(verdict.flag, lang), score, why)
    out.print(table)
    if len(trial.judged) > _SHOWN:
        out.print(say(lang, "more_rows", count=f"{len(trial.judged) - _SHOWN:,}"))
    counts = Counter(one.verdict.flag for one in trial.judged)
    parts = [f"{flag_text(flag, lang)} {counts[flag]:,}" for flag in Flag]
    out.print(f"{len(trial.judged):,}: {' · '.join(parts)}")


def _labels(books: Books) -> Mapping[str, Label]:
    return {n: a.label for n, a in books.settings.attributes.items() if a.label is not None}


def _document(trial: _Trial, lang: Lang) -> Mapping[str, Any]:
    return {
        "version": trial.version,
        "counts": Counter(one.verdict.flag.value for one in trial.judged),
        "rows": [
            {
                "name": one.name,
                "flag": one.verdict.flag,
                "score": one.verdict.score,
                "tier": one.verdict.tier,
                "coverage": one.verdict.coverage,
                "missing": one.verdict.missing,
                "reason": reason_line(one.verdict, lang),
            }
            for one in trial.judged
        ],
        "unused_columns": trial.unused,
        "absent_attributes": trial.absent,
        "bad_rows": [{"line": row.line, "why": row.why} for row in trial.bad],
    }

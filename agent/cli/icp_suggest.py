"""`bbm icp suggest`: what parts good customers from bad, and a draft of the ICP that says so."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from agent.cli.icp_suggest_json import document
from agent.cli.icp_suggest_sheet import show
from agent.cli.icp_suggest_toml import save
from agent.cli.opening import open_config, plain_lang, reading_lang
from agent.cli.output import console, print_json
from agent.clock import SystemClock
from agent.config import Loaded
from agent.examples import Examples, from_book, from_file
from agent.goodness import Goodness
from agent.suggestion import suggest as learn
from agent.wiring import open_books
from bbm_core.errors import ConfigError
from bbm_core.icp.learn.outcomes import Objective
from bbm_core.icp.profile import Lang

Names = Sequence[str] | None


def suggest(  # noqa: PLR0913 - one option each
    *,
    objective: Objective | None = None,
    until: date | None = None,
    from_: Path | None = None,
    label: str = "",
    value: str = "",
    good: Names = None,
    bad: Names = None,
    drop: Names = None,
    keep: Names = None,
    out: Path | None = None,
    lang: Lang | None = None,
    config: Path | None = None,
    json: bool = False,
) -> int:
    """Learn from good and bad customers which attributes make the difference; apply nothing.

    Without --from, from the customers of the book: those of high lifetime value against the
    others, or deals won against deals lost where too few lifetime values are known.

    Args:
        objective: ltv or win-rate.
        until: learn only from deals that closed up to this day, as 2026-05-31, to test on the rest.
        from_: learn from this CSV file instead.
        label: the column of the file that says which rows are good.
        value: the column that says what each row is worth; without --label its top quarter is good.
        good: a value of the label that means good; repeat for more.
        bad: a value of the label that means bad; without it, all that are not good.
        drop: an attribute to leave out; repeat for more.
        keep: an attribute to learn from although its name says that it came after the outcome.
        out: write the draft to this TOML file.
        lang: the language of the text and of the remarks in the draft.
        config: the configuration file.
        json: one JSON document instead of text.
    """
    _agree(objective, until, from_, out, label or value or good or bad)
    goodness = Goodness(label, value, tuple(good or ()), tuple(bad or ()))
    if from_ is not None:
        lang = plain_lang(lang)
        examples = from_file(from_, goodness, drop=drop or (), keep=keep or ())
    else:
        loaded = open_config(config)
        lang = reading_lang(loaded, lang)
        examples = _of_the_book(loaded, objective, until, drop or (), keep or ())
    suggestion = learn(examples)
    paths = save(suggestion, out, lang) if out else ()
    if json:
        print_json("bbm.icp-suggest/1", SystemClock().now(), document(suggestion, paths))
    else:
        show(console(), suggestion, paths, lang)
    return 0


def _of_the_book(
    loaded: Loaded,
    objective: Objective | None,
    until: date | None,
    drop: Sequence[str],
    keep: Sequence[str],
) -> Examples:
    with open_books(loaded, SystemClock()) as books:
        return from_book(books.settings, books.store, objective, until=until, drop=drop, keep=keep)


def _agree(
    objective: Objective | None,
    until: date | None,
    file: Path | None,
    out: Path | None,
    told: object,
) -> None:
    """Options that contradict each other are said before anything is read."""
    if file is None and told:
        raise ConfigError(
            "--label, --value, --good and --bad are about a file.",
            hint="Name it with --from FILE.csv; of the book, --objective says what is good.",
            code="BBM-LN-005",
        )
    if file is not None and (objective or until):
        raise ConfigError(
            "--objective and --until are about the book, --from about a file.",
            hint="Leave them out; of a file, --label says what is good.",
            code="BBM-LN-005",
        )
    if until is not None and objective is Objective.LTV:
        raise ConfigError(
            "--until is about deals: lifetime values are those of the last bbm ltv.",
            hint="Add --objective win-rate, or leave --until out.",
            code="BBM-LN-005",
        )
    if out is not None and out.suffix != ".toml":
        raise ConfigError(
            f"{out} is no TOML file.", hint="Let its name end in .toml.", code="BBM-LN-006"
        )

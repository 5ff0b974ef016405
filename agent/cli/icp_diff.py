"""`bbm icp diff`: two definitions compared in words, and who would change sides."""

from pathlib import Path

from agent.cli.icp_naming import check_range, named
from agent.cli.icp_sheet import changes_json, proposal_json, show_changes, show_proposal
from agent.cli.opening import open_config, reading_lang
from agent.cli.output import console, print_json, sign
from agent.clock import SystemClock
from agent.preflight import is_synced
from agent.whatif import propose
from agent.wiring import open_books
from bbm_core.icp.profile import Lang
from bbm_core.icp.terms import differences


def diff(  # noqa: PLR0913 - one option each
    before: str,
    after: str,
    /,
    *,
    first: int = 5,
    lang: Lang | None = None,
    config: Path | None = None,
    json: bool = False,
) -> int:
    """What one definition asks that the other does not, and who is judged otherwise.

    Args:
        before: a version or its first digits, active, config, shadow, previous, or a TOML file.
        after: the other one.
        first: how many records to name of those that enter or leave.
        lang: the language of the text.
        config: the configuration file.
        json: one JSON document instead of text.
    """
    check_range("--first", first, 10_000, least=0)
    loaded = open_config(config)
    with open_books(loaded, SystemClock()) as books:
        speech = reading_lang(loaded, lang)
        old, new = named(books, before), named(books, after)
        changes = differences(old.profiles, new.profiles, speech)
        known = is_synced(books.store) and old.version != new.version
        proposal = propose(books, old.profiles, new.profiles, shown=first) if known else None
        if json:
            body = {
                "old": old.version,
                "new": new.version,
                "changes": changes_json(changes, speech),
            }
            if proposal is not None:
                body |= proposal_json(proposal, old.profiles, new.profiles, speech)
            print_json("bbm.icp-diff/1", books.clock.now(), body)
        elif proposal is not None:
            show_proposal(console(), books, proposal, changes, speech)
        else:
            out = console()
            out.print(f"{old.version} {sign('arrow')} {new.version}")
            show_changes(out, changes, speech)
    return 0

"""All checks, in the order of the problems they look for."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from agent.checks.alignment import answer_alignment
from agent.checks.answer import Answer, CheckName
from agent.checks.concentration import answer_concentration
from agent.checks.desk import Desk
from agent.checks.flips import answer_flips
from agent.checks.markets import answer_markets
from agent.checks.mode import answer_mode
from agent.checks.more_leads import answer_more_leads

_ANSWERS: Mapping[CheckName, Callable[[Desk], Answer]] = {
    CheckName.MORE_LEADS: answer_more_leads,
    CheckName.ALIGNMENT: answer_alignment,
    CheckName.FLIPS: answer_flips,
    CheckName.MARKETS: answer_markets,
    CheckName.CONCENTRATION: answer_concentration,
    CheckName.MODE: answer_mode,
}


def run_checks(desk: Desk, only: Sequence[CheckName] = ()) -> Iterator[Answer]:
    """The answers of the checks that are named, of all where none is.

    Raises:
        ConfigError: a file that the configuration names cannot be read.
    """
    for name, answer in _ANSWERS.items():
        if not only or name in only:
            yield answer(desk)

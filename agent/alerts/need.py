"""What the revenue target takes at today's mix, in one sentence, wherever verdicts are read."""

from agent.alerts.words import say
from bbm_core.icp.profile import Lang
from bbm_core.prescribe.target import Need

_WHOLE = 100  # from here on, a fraction says nothing
_TENTHS = 10


def need_line(need: Need, lang: Lang) -> str:
    """Wins and hours for the target, against the hours there are."""
    blanks = {
        "revenue": amount(need.revenue),
        "wins": f"{need.wins:,.1f}",
        "hours": amount(need.hours),
        "now": f"{need.wins_now:,.1f}",
    }
    if need.capacity is None or need.load is None:
        return say(lang, "need_open", **blanks)
    return say(
        lang, "need", capacity=amount(need.capacity), load=f"{100 * need.load:.0f}%", **blanks
    )


def amount(number: float) -> str:
    """A number as people read it: whole where it is large, with a digit or two where it is not."""
    if abs(number) >= _WHOLE:
        return f"{number:,.0f}"
    return f"{number:,.1f}" if abs(number) >= _TENTHS else f"{number:,.2f}"

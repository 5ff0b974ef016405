"""A message as its reader sees it, in a terminal of at most a hundred columns."""

from collections.abc import Iterator

from agent.alerts.figures import width
from agent.alerts.message import Fact, Message
from agent.alerts.words import say

COLUMNS = 100
LONGEST_WORD = 80
_NOT_FIRST = "、。」）)〜%:；，．・"
"""Signs that Japanese does not put at the start of a line."""


def render_text(message: Message, columns: int = COLUMNS) -> str:
    """The whole message in plain text, without colours, ending with a line break."""
    lines = [
        *wrap(f"{message.severity.mark} {message.headline}", columns, "  "),
        "",
        *_paragraph(message, columns),
    ]
    if message.facts:
        lines += ["", *_facts(message.facts, columns)]
    if message.actions:
        lines += ["", f"  {say(message.lang, 'actions_title')}", *_actions(message, columns)]
    lines += ["", *wrap(f"  {message.footer}", columns, "  ")]
    return "\n".join(lines) + "\n"


def wrap(text: str, columns: int, indent: str) -> list[str]:
    """Break text at spaces, and between Japanese signs; further lines hang by the indent."""
    lines, line = [], ""
    for piece in _pieces(text):
        if line.strip() and width(line + piece.rstrip()) > columns:
            lines.append(line.rstrip())
            line = indent + piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()]


def _paragraph(message: Message, columns: int) -> list[str]:
    joint = "" if message.lang == "ja" else " "
    return wrap("  " + joint.join(message.why), columns, "  ")


def _facts(facts: tuple[Fact, ...], columns: int) -> Iterator[str]:
    label_width = max(width(fact.label) for fact in facts)
    for fact in facts:
        gap = " " * (label_width - width(fact.label))
        yield from wrap(f"  {fact.label}{gap}   {fact.value}", columns, " " * (label_width + 5))


def _actions(message: Message, columns: int) -> Iterator[str]:
    for action in message.actions:
        yield from wrap(f"  •  {action}", columns, "     ")


def _pieces(text: str) -> Iterator[str]:
    """The parts between which a line may break: words with the spaces after them, wide signs."""
    piece = ""
    for sign in text:
        if piece and _breaks(piece, sign):
            yield piece
            piece = ""
        piece += sign
    yield piece


def _breaks(piece: str, sign: str) -> bool:
    if len(piece) >= LONGEST_WORD:
        return True
    if sign in _NOT_FIRST or sign == " ":
        return False
    return piece.endswith(" ") or width(sign) == 2 or width(piece[-1]) == 2  # noqa: PLR2004 - a wide sign

"""A message as Slack's blocks, within Slack's limits.

Everything that may hold a foreign name goes into `plain_text` elements, which Slack does not read
as markup; `&`, `<` and `>` are escaped all the same, so that no carrier of the text (a phone's
notification, a client without blocks) sees a mention or a link. Only the names of figures are
bold, and the figures beside them are ours.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from agent.alerts.figures import cut
from agent.alerts.message import Fact, Message
from agent.alerts.words import say

Json = str | int | bool | Sequence["Json"] | Mapping[str, "Json"]
Payload = Mapping[str, Json]

BLOCKS: Final = 50
HEADER: Final = 150
SECTION: Final = 3000
FIELD: Final = 2000
FIELDS: Final = 10
CONTEXT: Final = 10
TEXT: Final = 4000
TIDY: Final = 2800
"""Where long text is cut: below Slack's own limit, which counts escaped signs."""

_JOINER: Final = "\u034f"
"""Shows nothing, and keeps Slack from reading the sign after it as markup."""


def render_slack(message: Message) -> Payload:
    """The payload of a message: blocks, and the text for notifications."""
    return {
        "text": escape(message.headline, TEXT),
        "blocks": list(_blocks(message)),
    }


def escape(text: str, limit: int) -> str:
    """Escape the three signs that Slack asks for, and stay within a limit of escaped signs."""
    shortened, escaped = text, _escaped(text)
    while len(escaped) > limit:
        shortened = cut(shortened, max(1, len(shortened) - (len(escaped) - limit + 4) // 5))
        escaped = _escaped(shortened)
    return escaped


def neutral(text: str, limit: int) -> str:
    """Escaped for mrkdwn, with its markup signs made to stand for themselves."""
    marked = "".join(_JOINER + sign if sign in "*_~`" else sign for sign in text)
    return escape(marked, limit)


def violations(payload: Payload) -> tuple[str, ...]:
    """What of Slack's limits the payload breaks; slack-sdk's models check only a part."""
    blocks = payload.get("blocks", [])
    if not isinstance(blocks, Sequence) or isinstance(blocks, str):
        return ("blocks is not a list",)
    found = [] if len(blocks) <= BLOCKS else [f"{len(blocks)} blocks"]
    for number, block in enumerate(blocks):
        found += [f"block {number}: {problem}" for problem in _block_problems(block)]
    return (*found, *_length_problems("text", payload.get("text"), TEXT))


def _blocks(message: Message) -> Iterator[Payload]:
    headline = f"{message.severity.mark} {message.headline}"
    yield {"type": "header", "text": _plain(headline, HEADER)}
    joint = "" if message.lang == "ja" else " "
    yield {"type": "section", "text": _plain(joint.join(message.why), TIDY)}
    if message.facts:
        yield {"type": "section", "fields": [_field(fact) for fact in message.facts[:FIELDS]]}
    if message.actions:
        title = say(message.lang, "actions_title")
        yield {"type": "section", "text": {"type": "mrkdwn", "text": f"*{title}*"}}
        bullets = "\n".join(f"•  {action}" for action in message.actions)
        yield {"type": "section", "text": _plain(bullets, TIDY)}
    yield {"type": "context", "elements": [_plain(message.footer, FIELD)]}


def _plain(text: str, limit: int) -> Payload:
    return {"type": "plain_text", "text": escape(text, limit), "emoji": False}


def _field(fact: Fact) -> Payload:
    label, value = neutral(fact.label, FIELD // 4), neutral(fact.value, FIELD // 2)
    return {"type": "mrkdwn", "text": f"*{label}*\n{value}"}


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _block_problems(block: Json) -> Iterator[str]:
    if not isinstance(block, Mapping):
        yield "not an object"
        return
    limit = HEADER if block.get("type") == "header" else SECTION
    yield from _text_problems("text", block.get("text"), limit)
    for name, most in (("fields", FIELDS), ("elements", CONTEXT)):
        parts = block.get(name, [])
        if not isinstance(parts, Sequence):
            yield f"{name} is not a list"
            continue
        if len(parts) > most:
            yield f"{len(parts)} {name}"
        for part in parts:
            yield from _text_problems(name, part, FIELD)


def _text_problems(name: str, element: Json | None, limit: int) -> Iterator[str]:
    if isinstance(element, Mapping):
        yield from _length_problems(name, element.get("text"), limit)


def _length_problems(name: str, text: Json | None, limit: int) -> Iterator[str]:
    length = len(text) if isinstance(text, str) else 0
    if not 0 < length <= limit:
        yield f"{name} has {length} of 1 to {limit} signs"

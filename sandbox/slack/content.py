"""From the arguments of a message to its content, by Slack's rules."""

from collections.abc import Mapping

from sandbox.slack.blocks import block_errors
from sandbox.slack.form import messages
from sandbox.slack.workspace import Content, SlackRefused, Workspace

LONGEST_TEXT = 40_000


def read_content(
    workspace: Workspace, text: object, blocks: object, attachments: object, metadata: object
) -> Content:
    """What a message will say.

    Raises:
        SlackRefused: it says nothing, says too much, or its blocks are not in order.
    """
    words = text if isinstance(text, str) else ""
    if len(words) > LONGEST_TEXT:
        raise SlackRefused("msg_too_long")
    errors = block_errors(blocks, workspace.shows_file) if blocks else []
    if errors:
        raise SlackRefused("invalid_blocks", errors=errors, **messages(errors))
    content = Content(
        words,
        _tuple(blocks),
        _tuple(attachments),
        metadata if isinstance(metadata, dict) else {},
    )
    if content.is_empty:
        raise SlackRefused("no_text")
    return content


def _tuple(given: object) -> tuple[Mapping[str, object], ...]:
    listed = given if isinstance(given, list) else []
    return tuple(one for one in listed if isinstance(one, dict))

"""Answers that come in pages: only a missing cursor is the end."""

from collections.abc import Callable, Iterator

from connectors.hubspot.errors import malformed
from connectors.hubspot.session import Row, results_of


def every_row(ask: Callable[[str], Row]) -> Iterator[Row]:
    """The results of all pages; `ask` takes the cursor of one, empty for the first.

    Raises:
        MalformedAnswer: a page leads back to itself.
    """
    after = ""
    while True:
        answer = ask(after)
        yield from results_of(answer)
        cursor = cursor_of(answer)
        if not cursor:
            return
        if cursor == after:
            raise malformed("its cursor points back")
        after = cursor


def cursor_of(answer: Row) -> str:
    """Where the next page begins; empty at the end."""
    paging = answer.get("paging") or {}
    following = paging.get("next") if isinstance(paging, dict) else None
    after = following.get("after") if isinstance(following, dict) else None
    return str(after) if after is not None else ""

"""Which company owns which: from the parent of each account to the one at the top."""

from collections.abc import Mapping


def ultimate_parents(parents: Mapping[str, str]) -> Mapping[str, str]:
    """The account at the top of each one that has a parent.

    A parent that nobody knows is the top. Accounts that own each other in a circle count as one,
    under the first of their ids.

    Args:
        parents: each account's parent; accounts without one may be left out.
    """
    tops: dict[str, str] = {}
    for account in sorted(parents):
        path: list[str] = []
        at = account
        while at in parents and at not in tops and at not in path:
            path.append(at)
            at = parents[at]
        top = min(path[path.index(at) :]) if at in path else tops.get(at, at)
        tops.update(dict.fromkeys(path, top))
    return tops

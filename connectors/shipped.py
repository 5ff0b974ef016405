"""What stands in `crm/` of this distribution, for whoever writes it anew by the names of an org."""

from collections.abc import Collection, Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable


def shipped(crm: str, given: Collection[str]) -> Iterator[tuple[str, str]]:
    """Path and text of every file that is given to an org; what only checks it is left out."""
    root = files("crm").joinpath(crm)
    for name in sorted(given):
        yield from _files_of(root.joinpath(name), name)


def _files_of(one: Traversable, path: str) -> Iterator[tuple[str, str]]:
    if one.is_file():
        yield path, one.read_text(encoding="utf-8")
        return
    for inside in sorted(one.iterdir(), key=lambda each: each.name):
        if inside.name != "node_modules":
            yield from _files_of(inside, f"{path}/{inside.name}")

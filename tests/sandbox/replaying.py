"""A sandbox's answers beside recorded ones: where they differ, and what surprised when changed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SANDBOX = Path(__file__).parents[2] / "sandbox"
MOST_DIFFERING = 0.05
Fact = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Compared:
    """What one answer lacks of the recorded one, and what it adds to it."""

    name: str
    lacking: frozenset[Fact]
    added: frozenset[Fact]
    facts: int

    @classmethod
    def of(cls, name: str, was: set[Fact], now: set[Fact]) -> "Compared":
        return cls(name, frozenset(was - now), frozenset(now - was), len(was | now))

    @property
    def differs(self) -> bool:
        return bool(self.lacking or self.added)


@dataclass(slots=True)
class Replay:
    """Everything that was asked as recorded, and everything that was tried with a change."""

    compared: list[Compared] = field(default_factory=list)
    tried: int = 0
    surprises: list[str] = field(default_factory=list)

    def differing(self) -> dict[str, Compared]:
        return {one.name: one for one in self.compared if one.differs}

    def note(self, name: str, what: str, found: str, expected: str) -> None:
        """A changed request was answered otherwise than it should be."""
        self.surprises.append(f"{name}: {what}: {found}, not {expected}")

    def assert_differs_only_as_listed(self, listed: Path) -> None:
        """Each line of the list is a name, a tab and the reason."""
        lines = listed.read_text(encoding="utf-8").splitlines()
        reasons = dict(line.split("\t", 1) for line in lines)
        differing = self.differing()
        found = {
            name: f"lacks {sorted(one.lacking)[:5]}, adds {sorted(one.added)[:5]}"
            for name, one in differing.items()
            if name not in reasons
        }
        assert found == {}
        assert set(reasons) == set(differing)  # what no longer differs is taken off the list
        assert all(reasons.values())

    def assert_hardly_differs(self, answers: int) -> None:
        share = len(self.differing()) / len(self.compared)
        facts = sum(len(one.lacking | one.added) for one in self.compared)
        print(  # noqa: T201  the figure people ask for
            f"{len(self.compared)} answers, {share:.1%} differ; "
            f"{facts} of {sum(one.facts for one in self.compared)} facts; {self.tried} mutations"
        )
        assert len(self.compared) == answers
        assert share <= MOST_DIFFERING


def texts_of(answer: object) -> Iterator[str]:
    """Every text in a recorded answer."""
    parts: Any = ()
    if isinstance(answer, dict):
        parts = answer.values()
    elif isinstance(answer, list):
        parts = answer
    elif isinstance(answer, str):
        yield answer
    for part in parts:
        yield from texts_of(part)


def held_by_the_sandbox(values: set[str], pattern: str) -> set[str]:
    """Those of the values that stand in a file of the sandbox."""
    paths = [path for path in SANDBOX.rglob(pattern) if path.is_file() and path.suffix != ".pyc"]
    texts = [path.read_text(encoding="utf-8") for path in paths]
    assert len(values) > 100
    assert not list(SANDBOX.rglob("*.json"))
    return {value for value in values if any(value in text for text in texts)}

"""Compares what was computed with what a reference case expects."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

NOTES = frozenset({"published", "published_4dp"})
"""Expected figures that are roundings or variants of others beside them: checked by the adapters'
own tolerance below where they are numbers, never required to be computed."""


@dataclass(frozen=True, slots=True)
class Absent:
    """An adapter's answer for a figure whose input the case names, but does not hold."""

    what: str


def absences(computed: Mapping[str, Any]) -> list[str]:
    """Which figures were not computed, and what was missing for each."""
    return [f"{name}: {one.what}" for name, one in computed.items() if isinstance(one, Absent)]


def differences(computed: Mapping[str, Any], case: Mapping[str, Any]) -> list[str]:
    """What is not as expected; every expected figure is computed or said to be absent."""
    tolerance = case["tolerance"]
    return [
        line
        for name, wanted in case["expected"].items()
        if name not in NOTES and not isinstance(computed.get(name), Absent)
        for line in _compare(name, computed.get(name), wanted, _tolerance(tolerance, name))
    ]


def _tolerance(tolerance: object, name: str) -> float:
    """One number, or one by the figure's name, or by what the case calls such figures."""
    if isinstance(tolerance, Mapping):
        for key in (name, *_SYNONYMS.get(name, ())):
            if key in tolerance:
                return float(tolerance[key])
        return max(float(value) for value in tolerance.values())
    return float(str(tolerance))


_SYNONYMS = {
    "refit": ("params",),
    "se": ("params",),
    "expected_repeat": ("expected",),
    "conditional": ("expected",),
    "p_zero_in_39": ("expected",),
    "pmf_30_n11_20": ("expected",),
}


def _compare(name: str, found: object, wanted: object, tolerance: float) -> Iterator[str]:
    if found is None:
        yield f"{name}: not computed"
    elif isinstance(wanted, Mapping):
        assert isinstance(found, Mapping)
        for key, inner in wanted.items():
            yield from _compare(f"{name}.{key}", found.get(key), inner, tolerance)
    elif isinstance(wanted, Sequence) and not isinstance(wanted, str):
        yield from _sequence(name, found, wanted, tolerance)
    elif isinstance(wanted, int | float) and isinstance(found, int | float):
        if abs(found - wanted) > tolerance * max(1.0, abs(wanted)):
            yield f"{name}: {found} is not {wanted}"
    elif found != wanted:
        yield f"{name}: {found} is not {wanted}"


def _sequence(
    name: str, found: object, wanted: Sequence[object], tolerance: float
) -> Iterator[str]:
    assert isinstance(found, Sequence)
    if len(found) != len(wanted):
        yield f"{name}: {list(found)} is not {list(wanted)}"
        return
    for place, (one, other) in enumerate(zip(found, wanted, strict=True)):
        yield from _compare(f"{name}[{place}]", one, other, tolerance)

"""How well the learner finds what makes customers good, and how often it finds what is not there.

    nice python -m benchmarks.learning [--worlds 150] [--shared DIR] [--only NAME]

`worlds`: AUC on 4,000 rows not seen, means over worlds. `model` is our model over all attributes
(ridge on smoothed weights of evidence), `draft` the whole points of what was named, with 0.5 where
nothing was. `named`: how often what matters and what does not is named. `shuffled`: planted
worlds whose outcomes were dealt anew. `real`: Maven and Fleetio (DIR of the shared data), in which
nothing parts good from bad: resamples drawn with replacement (copies of a row count once), halves,
and, beside them, resamples without the row's id, whose copies nobody can tell. `credit`: German
credit, beside a plain logistic regression. `speed`: 200,000 customers.
"""

import argparse
import csv
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from statistics import mean, stdev
from typing import Any

import numpy as np

from bbm_core.chance import seeded
from bbm_core.icp.learn.binning import Among, Binned, Span, cut
from bbm_core.icp.learn.coding import Coded, code
from bbm_core.icp.learn.draft import draft
from bbm_core.icp.learn.folds import area_of, scored
from bbm_core.icp.learn.sample import Attribute, Sample, one_of_each
from bbm_core.icp.learn.study import Conclusion, study
from benchmarks import learning_worlds as worlds
from benchmarks.learning_worlds import World, world

SIZES = (40, 80, 150, 300, 1000)


def model(one: World) -> float | None:
    """Our model over all attributes."""
    binned, good = worlds.ours(one)
    rows = np.arange(len(good))
    scores = scored(
        binned, good, seen=rows[: one.rows], unseen=rows[one.rows :], alpha=8, penalty=2, most=8
    )
    return area_of(scores, good[one.rows :])


def drafted(one: World) -> float | None:
    """The points of the draft, unknown as none."""
    found = draft(study(one.sample))
    if found is None or found.unproven:
        return 0.5
    total = np.zeros(len(one.good) - one.rows)
    caps = {group.id: group.cap for group in found.profile.groups}
    for place, name in enumerate(one.names):
        earned = np.zeros(worlds.LEVELS + 1)
        for criterion in (c for c in found.profile.criteria if c.attribute == name):
            met = [_meets(criterion, level) for level in range(worlds.LEVELS)]
            earned[: worlds.LEVELS] += criterion.points * np.array(met)
            earned = np.minimum(earned, caps.get(criterion.group or "", 100))
        total += earned[one.levels[one.rows :, place]]
    return area_of(total, one.good[one.rows :])


def _meets(criterion: Any, level: int) -> bool:
    middle = int(1000 * (level + 0.5) / worlds.LEVELS)
    value: Any = middle if isinstance(criterion.operand, int | tuple) else f"v{level}"
    if criterion.operator in {"in", "not_in", "equals"}:
        value = f"v{level}"
    return criterion.ask(value, date(2026, 1, 1)).value == "match"


ROWS: Mapping[str, Callable[[World], float | None]] = {
    "raw WOE sum": worlds.raw_sum,
    "one-hot ridge": worlds.one_hot,
    "smoothed WOE sum": worlds.smooth_sum,
    "model (ours)": model,
    "oracle": lambda one: area_of(one.oracle[one.rows :], one.good[one.rows :]),
}


def table(
    count: int, sizes: Sequence[int] = SIZES, *, numbers: bool = False
) -> Mapping[str, Sequence[float]]:
    """The AUC of each row at each size, and how far ours lies above the other two."""
    found: dict[str, list[float]] = {name: [] for name in ROWS}
    for rows in sizes:
        areas = _areas(count, rows, numbers=numbers)
        for name, some in areas.items():
            found[name].append(mean(some))
        for other in ("raw WOE sum", "one-hot ridge"):
            apart = [a - b for a, b in zip(areas["model (ours)"], areas[other], strict=True)]
            found.setdefault(f"ours above {other}", []).append(mean(apart))
            found.setdefault(f"  standard error, {other}", []).append(stdev(apart) / count**0.5)
    return found


def _areas(count: int, rows: int, *, numbers: bool) -> Mapping[str, list[float]]:
    areas: dict[str, list[float]] = {name: [] for name in ROWS}
    for seed in range(count):
        one = world(seed, rows, numbers=numbers)
        if not 0 < one.good[:rows].sum() < rows:
            continue
        for name, row in ROWS.items():
            areas[name].append(row(one) or 0.5)
    return areas


def print_worlds(count: int) -> None:
    for numbers in (False, True):
        kind = "names and numbers" if numbers else "names"
        print(f"\nAUC on unseen rows, {count} worlds of {kind}")
        print(f"{'':36}" + "".join(f"{rows:>9}" for rows in SIZES))
        for name, areas in table(count, numbers=numbers).items():
            print(f"{name:36}" + "".join(f"{area:9.4f}" for area in areas))


def print_named(count: int) -> None:
    print(f"\nWhat is named of 4 attributes that matter and 4 that do not, {count} worlds of names")
    print(f"{'rows':>6}{'matter':>9}{'not':>7}{'share false':>13}{'nothing':>9}{'draft AUC':>11}")
    for rows in SIZES:
        right, wrong, areas = [], [], []
        for seed in range(count):
            one = world(seed, rows)
            named = {figures.name for figures in study(one.sample).named}
            right.append(sum(f"a{place}" in named for place in range(worlds.INFORMATIVE)))
            wrong.append(len(named) - right[-1])
            areas.append(drafted(one) or 0.5)
        false = sum(wrong) / max(1, sum(right) + sum(wrong))
        nothing = mean(r + w == 0 for r, w in zip(right, wrong, strict=True))
        print(
            f"{rows:6}{mean(right):9.2f}{mean(wrong):7.2f}{false:13.3f}{nothing:9.2f}"
            f"{mean(areas):11.3f}"
        )


def names_one(sample: Sample) -> bool:
    return study(sample).conclusion is Conclusion.NAMED


def shuffled(runs: int, rows: int, *, numbers: bool = True) -> int:
    """How many of these runs name an attribute though the outcome was dealt at random."""
    found = 0
    for seed in range(runs):
        one = world(seed, rows, 1, numbers=numbers).sample
        good = list(one.good)
        seeded("shuffled", seed, rows).shuffle(good)
        found += names_one(Sample(one.attributes, good))
    return found


def maven(folder: Path) -> Sequence[Mapping[str, str]]:
    """Closed opportunities: sector, region, product, and whether they were won."""
    accounts = {row["account"]: row for row in _csv(folder / "maven_crm/accounts.csv")}
    teams = {row["sales_agent"]: row for row in _csv(folder / "maven_crm/sales_teams.csv")}
    return [
        {
            "id": row["opportunity_id"],
            "sector": accounts.get(row["account"], {}).get("sector", ""),
            "region": teams[row["sales_agent"]]["regional_office"],
            "product": row["product"],
            "good": "1" if row["deal_stage"] == "Won" else "",
        }
        for row in _csv(folder / "maven_crm/sales_pipeline.csv")
        if row["deal_stage"] in {"Won", "Lost"}
    ]


def fleetio(folder: Path) -> Sequence[Mapping[str, str]]:
    """Leads: source, industry, size, and whether they were converted."""
    return [
        {
            "id": row["id"],
            "source": row["source"],
            "industry": row["industry"],
            "size": row["fleet_size"],
            "good": row["converted_at"] and "1",
        }
        for row in _csv(folder / "fleetio_funnel/leads.csv")
    ]


def _csv(path: Path) -> Iterator[Mapping[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def sample_of(rows: Sequence[Mapping[str, str]]) -> Sample:
    names = [name for name in rows[0] if name not in {"id", "good"}]
    return Sample(
        tuple(Attribute(name, [row[name] or None for row in rows]) for name in names),
        [bool(row["good"]) for row in rows],
    )


def resampled(rows: Sequence[Mapping[str, str]], runs: int, how: str) -> int:
    """How many resamples of these rows name an attribute."""
    found = 0
    for run in range(runs):
        chance = seeded("resampled", how, run)
        some = chance.sample(rows, len(rows) // 2)
        if how != "halves":
            some = chance.choices(rows, k=len(rows))
        kept = [some[place] for place in one_of_each(some)] if how == "copies once" else some
        found += names_one(sample_of(kept))
    return found


def print_nothing(runs: int, folder: Path | None) -> None:
    print(f"\nRuns of {runs} that name an attribute where there is none")
    for rows in (60, 200, 1000):
        print(f"  shuffled outcomes, {rows} rows: {shuffled(runs, rows)}")
    if folder is None:
        return
    for name, rows in (("Maven", maven(folder)), ("Fleetio", fleetio(folder))):
        for how in ("copies once", "halves", "copies unseen"):
            print(f"  {name}, {len(rows)} rows, {how}: {resampled(rows, runs, how)}")


def credit(folder: Path, split: object) -> tuple[float | None, float | None]:
    """AUC on 300 rows of German credit after learning from 700: our model, plain logistic."""
    rows = list(_csv(folder / "germancredit/germancredit.csv"))
    order = list(range(len(rows)))
    seeded("germancredit", split).shuffle(order)
    seen, unseen = np.array(order[:700]), np.array(order[700:])
    good = np.array([row["creditability"] == "good" for row in rows]).astype(int)
    binned, columns = [], []
    for name in rows[0]:
        if name == "creditability":
            continue
        values = [row[name] for row in rows]
        found = _cut_on(values, seen)
        binned += [] if found is None else [found]
        columns.append(_plain(values, seen))
    ours = scored(binned, good, seen=seen, unseen=unseen, alpha=8, penalty=2, most=8)
    x = np.column_stack(columns)
    at = worlds.logistic(x[seen], good[seen], 1e-6)
    return area_of(ours, good[unseen]), area_of(x[unseen] @ at[1:], good[unseen])


def _cut_on(values: Sequence[str], seen: Any) -> Binned | None:
    """The attribute cut on the seen rows alone, with the levels of all rows."""
    coded = code(Attribute("a", [values[place] for place in seen]))
    found = cut(coded) if isinstance(coded, Coded) else None
    if not isinstance(found, Binned):
        return None
    return replace(found, codes=np.array([_level(found, value) for value in values]))


def _level(binned: Binned, value: str) -> int:
    for place, level in enumerate(binned.levels):
        match level:
            case Among(values) if value in values:
                return place
            case Span(low, high):
                number = float(value)
                if (low is None or float(low) <= number) and (high is None or number <= high):
                    return place
    return len(binned.levels) - 1 if str(binned.levels[-1]) == "Others()" else -1


def _plain(values: Sequence[str], seen: Any) -> Any:
    """Numbers standardised, names in columns of their own but the first."""
    try:
        numbers = np.array([float(value) for value in values])
    except ValueError:
        names = sorted({values[place] for place in seen})[1:]
        return np.array([[value == name for name in names] for value in values], dtype=float)
    return ((numbers - numbers[seen].mean()) / numbers[seen].std())[:, None]


def print_credit(folder: Path) -> None:
    ours, plain = credit(folder, "fixed")
    print("\nGerman credit, 700 rows to learn from, 300 unseen")
    print(f"  fixed split: model (ours) {ours:.4f}, plain logistic {plain:.4f}")
    pairs = [credit(folder, split) for split in range(20)]
    print(
        f"  mean of 20 splits: model (ours) {mean(a or 0 for a, _ in pairs):.4f},"
        f" plain logistic {mean(b or 0 for _, b in pairs):.4f}"
    )


def print_speed(rows: int = 200_000) -> None:
    one = world(1, rows, 1, numbers=True).sample
    more = [Attribute(f"{a.name}x", a.values) for a in one.attributes[:3]]
    sample = Sample((*one.attributes, *more), one.good)
    began, used = time.perf_counter(), time.process_time()
    found = draft(study(sample))
    seconds, processor = time.perf_counter() - began, time.process_time() - used
    criteria = len(found.profile.criteria) if found else 0
    print(
        f"\n{rows:,} customers, {len(sample.attributes)} attributes: {seconds:.1f} s"
        f" ({processor:.1f} s of processor time), {criteria} criteria"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--worlds", type=int, default=150)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--shared", default=os.environ.get("BBM_SHARED", ""))
    parser.add_argument("--only", default="")
    asked = parser.parse_args()
    folder = Path(asked.shared) / "data" if asked.shared else None
    parts: Mapping[str, Callable[[], None]] = {
        "worlds": lambda: print_worlds(asked.worlds),
        "named": lambda: print_named(max(10, asked.worlds // 5)),
        "nothing": lambda: print_nothing(asked.runs, folder),
        "credit": lambda: print_credit(folder) if folder else None,
        "speed": print_speed,
    }
    for name, part in parts.items():
        if asked.only in {"", name}:
            part()


if __name__ == "__main__":
    main()

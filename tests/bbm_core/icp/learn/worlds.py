"""Made-up customers of whom it is known what makes them good."""

from collections.abc import Sequence
from typing import Any

from bbm_core.chance import Chance, seeded
from bbm_core.icp.learn.sample import Attribute, Sample

INDUSTRIES = ("Manufacturing", "Retail", "Finance", "Logistics", "Software")
REGIONS = ("Kanto", "Kansai", "Tokai", "Kyushu")


def planted(rows: int, seed: object = 1, *, lift: float = 0.5, base: float = 0.15) -> Sample:
    """Manufacturers of 300 people or more are good; region and channel say nothing."""
    chance = seeded("planted", seed)
    columns: dict[str, list[Any]] = {"industry": [], "employees": [], "region": [], "channel": []}
    good = []
    for _ in range(rows):
        industry, people = chance.choice(INDUSTRIES), int(10 ** chance.uniform(1, 4))
        fits = industry == "Manufacturing" or people >= 300
        good.append(chance.random() < base + lift * fits)
        columns["industry"].append(_known(chance, industry))
        columns["employees"].append(_known(chance, people))
        columns["region"].append(_known(chance, chance.choice(REGIONS)))
        columns["channel"].append(_known(chance, chance.choice(("web", "fair", "partner"))))
    return sample(columns, good)


def sample(columns: dict[str, Sequence[Any]], good: Sequence[bool]) -> Sample:
    return Sample(tuple(Attribute(name, values) for name, values in columns.items()), good)


def shuffled(one: Sample, seed: object) -> Sample:
    """The same customers, their outcomes dealt anew."""
    good = list(one.good)
    seeded("shuffled", seed).shuffle(good)
    return Sample(one.attributes, good, one.clusters)


def _known(chance: Chance, value: object) -> object:
    return None if chance.random() < 0.15 else value

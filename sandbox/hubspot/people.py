"""The owners of a portal: the people whose names stand on records."""

from dataclasses import dataclass
from datetime import UTC, datetime

_SINCE = datetime(2024, 4, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Team:
    """A team that an owner belongs to; one of them is the primary one."""

    id: str
    name: str
    primary: bool = True


@dataclass(frozen=True, slots=True)
class Owner:
    """A person who owns records."""

    id: str
    email: str
    first_name: str
    last_name: str
    user_id: int
    archived: bool = False
    teams: tuple[Team, ...] = ()
    created: datetime = _SINCE


_INSIDE = Team("418", "Inside sales")
_FIELD = Team("419", "Field sales")
_NAMES = (
    ("haruka.sato", "Haruka", "Sato"),
    ("ken.suzuki", "Ken", "Suzuki"),
    ("yui.tanaka", "Yui", "Tanaka"),
    ("daichi.ito", "Daichi", "Ito"),
    ("mei.watanabe", "Mei", "Watanabe"),
    ("emma.clark", "Emma", "Clark"),
)


def default_owners() -> list[Owner]:
    """Six who work here, and one who has left."""
    present = [
        Owner(
            str(534_941 + n),
            f"{local}@bbm-sandbox.example",
            first,
            last,
            88_842_095 + n,
            teams=(_INSIDE if n < 3 else _FIELD,),  # noqa: PLR2004  half of them
        )
        for n, (local, first, last) in enumerate(_NAMES)
    ]
    left = Owner("534990", "gone@bbm-sandbox.example", "Riku", "Mori", 88_842_190, archived=True)
    return [*present, left]

"""Worlds from which several tests start: made once a process, and copied for each test."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from tests.agent.world import World
from tests.snapshot import freeze, thaw

_MADE: dict[tuple[str, bytes], tuple[bytes, bytes]] = {}
"""What was made of what: the world and its state file."""


def once(world: World, make: Callable[..., object], *given: Any, **named: Any) -> None:
    """Bring the world to where `make(world, *given, **named)` leaves it.

    It is made only where the same was not made of the same world before; else it is copied.
    """
    state = sha256(world.file.read_bytes()).digest()
    key = f"{make.__module__}.{make.__qualname__}", freeze((given, named, _parts(world), state))
    if key not in _MADE:
        make(world, *given, **named)
        _MADE[key] = freeze(_parts(world)), world.file.read_bytes()
    parts, file = _MADE[key]
    world.clock, world.crm, world.values = thaw(parts)
    world.file.write_bytes(file)


def _parts(world: World) -> tuple[Any, ...]:
    return world.clock, world.crm, world.values

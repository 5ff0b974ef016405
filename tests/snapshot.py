"""A state that took long to make, kept whole: each test that needs it gets a copy of its own."""

import io
import pickle
import threading
from collections.abc import Callable
from types import MappingProxyType
from typing import Any

_EMPTIED: dict[type, Callable[[], Any]] = {
    type(threading.Lock()): threading.Lock,
    type(threading.RLock()): threading.RLock,
    threading.local: threading.local,
}
"""What belongs to the threads at work: a copy begins with none, so it gets a new one."""


def freeze(state: object) -> bytes:
    """The state with all that hangs on it; what is shared within it stays shared."""
    out = io.BytesIO()
    _Pickler(out, pickle.HIGHEST_PROTOCOL).dump(state)
    return out.getvalue()


def thaw(frozen: bytes) -> Any:
    return pickle.loads(frozen)  # noqa: S301 - made by this process


class _Pickler(pickle.Pickler):
    def reducer_override(self, value: Any) -> Any:
        if make := _EMPTIED.get(type(value)):
            return make, ()
        if isinstance(value, MappingProxyType):
            return _sealed, (dict(value),)
        return NotImplemented


def _sealed(values: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(values)  # which cannot be named in a pickle

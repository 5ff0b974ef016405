"""Sandboxes kept whole, so that one that took a second to fill is filled once and then copied."""

from sandbox.admin import AdminService
from sandbox.server import Sandbox
from tests.snapshot import freeze, thaw

_PARTS = ("clock", "ledger", "faults", "_org", "_portal", "slack")


def frozen_sandbox(sandbox: Sandbox) -> bytes:
    """Both CRMs, Slack, the ledger and the clock as they are now; what is served stays served."""
    doors = {name: door for name, door in sandbox._doors.items() if name != "admin"}
    return freeze(({name: getattr(sandbox, name) for name in _PARTS}, doors))


def copied(frozen: bytes) -> Sandbox:
    """A sandbox of its own in that state, at a new address once it is started."""
    made = Sandbox()
    put_back(made, frozen)
    return made


def put_back(sandbox: Sandbox, frozen: bytes) -> None:
    """Bring a sandbox to that state; one that is started keeps its address."""
    parts, doors = thaw(frozen)
    for name, part in parts.items():
        setattr(sandbox, name, part)
    sandbox._doors.update(doors)
    sandbox.admin = AdminService(sandbox)
    sandbox.register("admin", sandbox.admin)

"""Sandboxes kept whole, so that one that took a second to fill is filled once and then copied."""

from sandbox.admin import AdminService
from sandbox.server import Sandbox
from tests.snapshot import freeze, thaw

_PARTS = ("clock", "ledger", "faults", "salesforce", "hubspot", "slack")


def frozen_sandbox(sandbox: Sandbox) -> bytes:
    """Both CRMs, Slack, the ledger and the clock as they are now; what is served stays served."""
    doors = {name: door for name, door in sandbox._doors.items() if name != "admin"}
    return freeze(({name: getattr(sandbox, name) for name in _PARTS}, doors))


def copied(frozen: bytes) -> Sandbox:
    """A sandbox of its own in that state, at a new address once it is started."""
    parts, doors = thaw(frozen)
    made = Sandbox(clock=parts["clock"])
    for name, part in parts.items():
        setattr(made, name, part)
    made._doors.update(doors)
    made.admin = AdminService(made)
    made.register("admin", made.admin)
    return made

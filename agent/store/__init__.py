"""The agent's state on SQLAlchemy Core; `Store` is all that the rest of the agent needs."""

from agent.store.allowances import Allowance
from agent.store.audit import AuditLine, Event
from agent.store.census import ParkedRow
from agent.store.codec import fingerprint
from agent.store.definitions import Agreed, Flip, KeptVersion, NewLine
from agent.store.entered import Entered
from agent.store.incidents import AlertRow, AlertState
from agent.store.outbox_rows import OutboxRow, PlannedCounts, State
from agent.store.rows import Kept, KeptEntry
from agent.store.runs import Run
from agent.store.store import Store

__all__ = [
    "Agreed",
    "AlertRow",
    "AlertState",
    "Allowance",
    "AuditLine",
    "Entered",
    "Event",
    "Flip",
    "Kept",
    "KeptEntry",
    "KeptVersion",
    "NewLine",
    "OutboxRow",
    "ParkedRow",
    "PlannedCounts",
    "Run",
    "State",
    "Store",
    "fingerprint",
]

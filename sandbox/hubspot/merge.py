"""What a merged record says."""

from datetime import datetime

from sandbox.hubspot.object_types import CONTACTS, ObjectType
from sandbox.hubspot.shelf import Record
from sandbox.hubspot.values import epoch_milliseconds

_NEVER_TAKEN = frozenset({"hs_object_id", "createdate", "hs_createdate"})


def gather(kind: ObjectType, winner: Record, loser: Record, at: datetime) -> dict[str, str]:
    """The primary record's values, filled up from the other, and the ids that went into it."""
    filled = {
        name: value
        for name, value in loser.values.items()
        if name not in winner.values and name not in _NEVER_TAKEN
    }
    merged = [*_merged_ids(winner), winner.id, *_merged_ids(loser), loser.id]
    found = {**filled, "hs_merged_object_ids": ";".join(dict.fromkeys(merged))}
    if kind is CONTACTS:
        stamp = epoch_milliseconds(at)
        found["hs_all_contact_vids"] = found["hs_merged_object_ids"]
        found["hs_calculated_merged_vids"] = ";".join(f"{one}:{stamp}" for one in merged)
    return found


def _merged_ids(record: Record) -> list[str]:
    return [one for one in record.values.get("hs_merged_object_ids", "").split(";") if one]

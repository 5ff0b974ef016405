"""The state machine of a notice: a changed volume, or trouble with the data. One message each."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from agent.alerts.incident import Change


class Topic(StrEnum):
    """What notices are about. The name begins their key."""

    VOLUME = "volume"
    DATA = "data"

    def key(self, stage: str) -> str:
        """Of the stage's notice; no stage's own key looks like this."""
        return f"{self.value}:{stage}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One episode of something that people were told of."""

    key: str
    episode: int  # counts the notices of the key
    what: str  # names what was found
    opened_at: datetime
    step: int = 1  # counts what people were told
    recovered_at: datetime | None = None

    @property
    def ref(self) -> str:
        """What people call it, short and the same after every restart."""
        digest = sha256(f"{self.key}\n{self.episode}\n{self.opened_at.isoformat()}".encode())
        return f"BBM-{digest.hexdigest()[:6].upper()}"

    @property
    def is_open(self) -> bool:
        return self.recovered_at is None


@dataclass(frozen=True, slots=True)
class NoticeChange:
    """The notice after a change."""

    change: Change
    notice: Notice


def advance_notice(
    key: str, last: Notice | None, what: str | None, now: datetime
) -> NoticeChange | None:
    """What the finding changes; None where there is nothing to tell.

    Args:
        key: of the notice.
        last: the latest notice of the key, open or over.
        what: names what is found now; None where nothing is.
        now: the time.
    """
    if last is None or not last.is_open:
        if what is None:
            return None
        episode = last.episode + 1 if last else 1
        notice = Notice(key=key, episode=episode, what=what, opened_at=now)
        return NoticeChange(Change.OPENED, notice)
    if what is None:
        over = replace(last, step=last.step + 1, recovered_at=now)
        return NoticeChange(Change.RECOVERED, over)
    if what != last.what:
        return NoticeChange(Change.CHANGED, replace(last, step=last.step + 1, what=what))
    return None

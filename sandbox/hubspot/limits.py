"""Rate windows and the daily budget, all on the sandbox's clock."""

import uuid
from collections import deque
from datetime import datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from sandbox.hubspot.knobs import Knobs, RetryAfter
from sandbox.hubspot.refusals import Refused
from sandbox.hubspot.tokens import Token

_WINDOW = timedelta(seconds=10)
_SECOND = timedelta(seconds=1)


class Limits:
    """Counts calls, and refuses those that are too many."""

    def __init__(self, knobs: Knobs) -> None:
        self._knobs = knobs
        self._calls: dict[str, deque[datetime]] = {}
        self._searches: deque[datetime] = deque()
        self._day = ""
        self._today = 0

    def count_call(self, token: Token, now: datetime) -> None:
        """A call that counts towards the rolling window and the day.

        Raises:
            Refused: one of the two is used up; the call is not counted then.
        """
        self._turn_of_day(now)
        if not token.is_oauth and self._today >= self._knobs.calls_per_day:
            wait = self.resets_at(now) - now
            raise self._too_many("You have reached your daily limit.", "DAILY", token, wait)
        recent = self._recent(token, now)
        if len(recent) >= self._most(token):
            message = "You have reached your ten_secondly_rolling limit."
            wait = recent[0] + _WINDOW - now
            raise self._too_many(message, "TEN_SECONDLY_ROLLING", token, wait)
        recent.append(now)
        self._today += not token.is_oauth  # the day is that of service keys and private apps

    def count_link_call(self, token: Token, now: datetime) -> None:
        """A call about associations, where these have a window of their own."""
        recent = self._window(f"{token.value}#links", now)
        if len(recent) >= self._knobs.link_calls_per_ten_seconds:
            message, wait = "You have reached your ten_secondly_rolling limit.", recent[0] + _WINDOW
            raise self._too_many(message, "TEN_SECONDLY_ROLLING", token, wait - now)
        recent.append(now)

    def count_search(self, now: datetime) -> None:
        """Search has a limit of its own, for the whole account."""
        _forget(self._searches, now - _SECOND)
        if len(self._searches) >= self._knobs.searches_per_second:
            message, headers = "You have reached your secondly limit.", self._wait(_SECOND)
            raise Refused(429, message, category="RATE_LIMITS", headers=headers)
        self._searches.append(now)

    def headers(self, token: Token, now: datetime) -> dict[str, str]:
        """What answers say about the limits; OAuth apps are not told about the day."""
        most = self._most(token)
        left = most - len(self._recent(token, now))
        said = {
            "X-HubSpot-RateLimit-Interval-Milliseconds": "10000",
            "X-HubSpot-RateLimit-Max": str(most),
            "X-HubSpot-RateLimit-Remaining": str(left),
            "X-HubSpot-RateLimit-Secondly": str(most // 10),
            "X-HubSpot-RateLimit-Secondly-Remaining": str(min(left, most // 10)),
        }
        if not token.is_oauth:
            said["X-HubSpot-RateLimit-Daily"] = str(self._knobs.calls_per_day)
            said["X-HubSpot-RateLimit-Daily-Remaining"] = str(self.left_today(now))
        return said

    def left_today(self, now: datetime) -> int:
        self._turn_of_day(now)
        return self._knobs.calls_per_day - self._today

    def used_today(self, now: datetime) -> int:
        self._turn_of_day(now)
        return self._today

    def resets_at(self, now: datetime) -> datetime:
        """The next midnight where the account is at home."""
        there = now.astimezone(ZoneInfo(self._knobs.time_zone)) + timedelta(days=1)
        return there.replace(hour=0, minute=0, second=0, microsecond=0)

    def reset(self) -> None:
        self._calls.clear()
        self._searches.clear()
        self._today = 0

    def _too_many(self, message: str, policy: str, token: Token, wait: timedelta) -> Refused:
        more = {"errorType": "RATE_LIMIT", "policyName": policy}
        if policy == "DAILY":
            more["requestId"] = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{token.app_id}#{self._today}"))
        else:
            more["groupName"] = f"publicapi:private-apps-api-calls-hublet:{token.app_id}"
        return Refused(429, message, category="", more=more, headers=self._wait(wait))

    def _wait(self, wait: timedelta) -> dict[str, str]:
        units = {RetryAfter.SECONDS: 1, RetryAfter.MILLISECONDS: 1000}
        per_second = units.get(self._knobs.retry_after)
        if per_second is None:
            return {}
        return {"Retry-After": str(ceil(wait.total_seconds() * per_second))}

    def _turn_of_day(self, now: datetime) -> None:
        day = now.astimezone(ZoneInfo(self._knobs.time_zone)).date().isoformat()
        if day != self._day:
            self._day, self._today = day, 0

    def _most(self, token: Token) -> int:
        most = self._knobs.calls_per_ten_seconds
        return min(most, self._knobs.oauth_calls_per_ten_seconds) if token.is_oauth else most

    def _recent(self, token: Token, now: datetime) -> deque[datetime]:
        return self._window(token.value, now)

    def _window(self, key: str, now: datetime) -> deque[datetime]:
        recent = self._calls.setdefault(key, deque())
        _forget(recent, now - _WINDOW)
        return recent


def _forget(moments: deque[datetime], until: datetime) -> None:
    while moments and moments[0] <= until:
        moments.popleft()

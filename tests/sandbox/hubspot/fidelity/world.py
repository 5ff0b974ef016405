"""The portal that the recorded requests are put to: what they are about is there."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.clock import SandboxClock
from sandbox.faults import ACTIONS, spoil
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.service import HubSpotService
from sandbox.hubspot.shelf import Source
from sandbox.hubspot.tokens import CUSTOM_OBJECTS, RUNNING_SCOPES, SETUP_SCOPES
from tests.sandbox.hubspot.calling import START, Api, Reply
from tests.sandbox.hubspot.fidelity.recordings import Recordings

APP = Source("INTEGRATION", "19083857")
FULL = "pat-na1-5a4db0c5-0000-4000-8000-0000000000f1"
NARROW = "pat-na1-5a4db0c5-0000-4000-8000-0000000000f2"
BARE = "pat-na1-5a4db0c5-0000-4000-8000-0000000000f3"
MORE_SCOPES = {
    CUSTOM_OBJECTS,
    "crm.lists.read",
    "crm.lists.write",
    "business-intelligence",
    "sales-email-read",
}


class World:
    """A portal with some of everything, and a caller who may do everything."""

    def __init__(self, recordings: Recordings) -> None:
        self.clock = SandboxClock(START)
        self.portal = Portal(self.clock, seed=7)
        self.portal.tokens.add(FULL, SETUP_SCOPES | MORE_SCOPES)
        self.portal.tokens.add(NARROW, SETUP_SCOPES)
        self.portal.tokens.add(BARE, ["oauth"])
        self.api = Api(HubSpotService(self.portal), FULL)
        self.contacts = [
            self.portal.create("contacts", {"email": f"c{one}@example.jp", "lastname": "x"}, by=APP)
            for one in range(4)
        ]
        self.portal.create("contacts", {}, at=datetime(2024, 10, 1, tzinfo=UTC))
        self.companies = [self.portal.create("companies", {"name": f"n{one}"}) for one in range(2)]
        self.portal.associate(
            "contacts", self.contacts[0], "companies", self.companies[0], primary=True
        )
        self._fill_lists()
        self._fill_events(recordings)
        self.expired = self._expired_token()
        self.clock.advance(timedelta(hours=1).total_seconds())

    def ask(self, method: str, url: str, body: Any = None, **more: Any) -> Reply:
        self.api.service.limits.reset()
        return self.api.ask(method, url, body, **more)

    def fault(self, name: str) -> Reply:
        """The answer that a scripted fault gives, in place of the portal's."""
        answer = spoil(ACTIONS[name], None)
        return Reply.of(answer)

    def with_knobs(
        self, knobs: Mapping[str, Any], method: str, url: str, body: Any = None
    ) -> Reply:
        """The last answer to three of the same requests, under other settings."""
        kept = {name: getattr(self.portal.knobs, name) for name in knobs}
        self.api.service.limits.reset()
        try:
            for name, value in knobs.items():
                setattr(self.portal.knobs, name, value)
            replies = [self.api.ask(method, url, body) for _ in range(3)]
        finally:
            for name, value in kept.items():
                setattr(self.portal.knobs, name, value)
        return replies[-1]

    def _fill_lists(self) -> None:
        lists, now = self.portal.lists, self.clock.now()
        branch = {
            "filterBranchType": "AND",
            "filters": [
                {
                    "filterType": "PROPERTY",
                    "property": "email",
                    "operation": {"operator": "IS_KNOWN"},
                }
            ],
        }
        lists.add("everybody", "contacts", "DYNAMIC", now, "1", branch)
        lists.add("some companies", "companies", "SNAPSHOT", now, "1")
        lists.add("nobody", "contacts", "MANUAL", now, "1")

    def _fill_events(self, recordings: Recordings) -> None:
        """Two of each kind; which properties an event has is the affair of its kind."""
        deal = self.portal.create("deals", {"dealname": "x"})
        told = {"e_deal_closed": ("deals", deal), "e_visited_page": ("contacts", self.contacts[0])}
        for event, (type_name, record) in told.items():
            first = recordings.files[f"test__read__events__{event}"]["results"][0]
            values = dict.fromkeys(first["properties"], "x")
            for minutes in (1, 2):
                at = START - timedelta(minutes=minutes)
                self.portal.occurrences.add(event, type_name, record, at, values)

    def _expired_token(self) -> str:
        app = self.portal.tokens.add_app("app", "s3cret", "r1", RUNNING_SCOPES)
        return self.portal.tokens.issue(app, self.clock.now(), 60).value

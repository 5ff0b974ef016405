"""What stands beside a story's records: teams, campaigns, and a few tasks, events and contracts.

Few records have any, chosen by their key and not by the story's dice, so that nothing in the
story, and no time stamp of its records, is another one than without them.
"""

from datetime import UTC, date, datetime, time, timedelta
from zlib import crc32

from sandbox.plot.channels import CHANNELS
from sandbox.plot.events import AccountOpened, AccountWon, Event, LeadArrived, LeadMoved, LeadStatus
from sandbox.salesforce.org import Org

TEAMS = {"Sales East": 1, "Sales West": 5, "Sales International": 9}
"""Each team, with the number of the sales person who leads it; three more follow."""

_HEAD = "Head of Sales"
_COSTS = {"Web": 600_000, "Paid social": 450_000, "Exhibition": 2_400_000}
_OTHER_COST = 150_000
_QUARTERS = 5
_CALLED, _RESPONDED, _MET, _CONTRACTED, _OWNED = 25, 25, 10, 3, 12
"""One of so many has one."""


class Beside:
    """Adds to an org what a company keeps beside its leads and deals."""

    def __init__(self, org: Org) -> None:
        self._org = org
        self._campaigns: dict[tuple[str, date], str] = {}
        self._last_account = ""

    def prepare(self) -> None:
        """The teams, and a campaign of each channel for each of the last quarters."""
        head = self._org.define_role(_HEAD)
        for team, leader in TEAMS.items():
            role = self._org.define_role(team, head)
            for number in range(leader, leader + 4):
                manager = "admin" if number == leader else f"sales{leader:02}"
                self._org.place(f"sales{number:02}", role=role, manager=manager)
        names = [one.name for one in CHANNELS if one.name]
        self._org.define_choices("Campaign", "Type", names)
        day = _quarter(self._org.clock.now().date())
        for _ in range(_QUARTERS):
            for name in names:
                self._campaign(name, day)
            day = _quarter(day - timedelta(days=1))

    def parent_of(self, event: AccountOpened) -> str | None:
        """The account that owns this one, for a few."""
        owned = self._last_account if _is_one_of(event.key, _OWNED) else ""
        return owned or None

    def tell(self, event: Event, id_: str) -> None:
        """What is kept beside the record that this happened to."""
        match event:
            case LeadArrived():
                self._lead_arrived(event, id_)
            case LeadMoved(status=LeadStatus.QUALIFIED) if _is_one_of(event.key, _MET):
                self._event(event.at, event.owner, id_)
            case AccountOpened():
                self._last_account = id_
            case AccountWon() if _is_one_of(event.key, _CONTRACTED):
                self._contract(event, id_)
            case _:
                pass

    def _lead_arrived(self, event: LeadArrived, id_: str) -> None:
        if _is_one_of(event.key, _CALLED):
            call = {"WhoId": id_, "TaskSubtype": "Call", "Status": "Completed", "Subject": "Call"}
            owner = self._org.user_id(event.owner)
            values = {**call, "OwnerId": owner, "ActivityDate": event.at.date()}
            self._org.create("Task", values, at=event.at, by=event.owner)
        campaign = self._campaigns.get((event.channel or "", _quarter(event.at.date())))
        if campaign and _is_one_of(f"campaign {event.key}", _RESPONDED):
            values = {"CampaignId": campaign, "LeadId": id_, "Status": "Responded"}
            self._org.create("CampaignMember", values, at=event.at)

    def _event(self, at: datetime, owner: str, id_: str) -> None:
        values = {
            "WhoId": id_,
            "Subject": "Meeting",
            "StartDateTime": at,
            "EndDateTime": at + timedelta(hours=1),
            "ActivityDateTime": at,
            "ActivityDate": at.date(),
            "DurationInMinutes": 60,
            "OwnerId": self._org.user_id(owner),
        }
        self._org.create("Event", values, at=at, by=owner)

    def _contract(self, event: AccountWon, id_: str) -> None:
        values = {
            "AccountId": id_,
            "StartDate": event.at.date(),
            "ContractTerm": 12,
            "Status": "Activated",
            "StatusCode": "Activated",
        }
        self._org.create("Contract", values, at=event.at, by=event.owner)

    def _campaign(self, channel: str, first: date) -> None:
        last = _quarter(first + timedelta(days=95)) - timedelta(days=1)
        values = {
            "Name": f"{channel} {first:%Y} Q{(first.month + 2) // 3}",
            "Type": channel,
            "Status": "In Progress",
            "StartDate": first,
            "EndDate": last,
            "ActualCost": 3 * _COSTS.get(channel, _OTHER_COST),
        }
        opened = datetime.combine(first, time(), UTC)
        self._campaigns[channel, first] = self._org.create("Campaign", values, at=opened)


def _quarter(day: date) -> date:
    """The first day of its quarter."""
    return date(day.year, day.month - (day.month - 1) % 3, 1)


def _is_one_of(key: str, many: int) -> bool:
    return crc32(key.encode()) % many == 0

"""The tests that every connector with capabilities inherits, whichever of them it has.

Subclass `CapabilityConformance`, name a fixture `world` that keeps the protocol below, and in `has`
the capabilities that the connector has; the tests of the others hold that it has none.
"""

# ruff: noqa: S101  a test suite speaks by assert

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import wraps
from typing import Any, ClassVar, Protocol

from bbm_core.records import RecordKind, RecordRef, Watermark
from connectors.capabilities import (
    PROTOCOLS,
    Capability,
    ContractEnd,
    Happening,
    Person,
    SaidPage,
)
from connectors.conformance_world import Case
from connectors.errors import CapabilityAbsent

WORTH = "150"


class CapableWorld(Protocol):
    """A CRM whose people, activities and rates tests can change."""

    def capable(self) -> Any:
        """A connector of this CRM, which asks for pages of at most seven."""
        ...

    def add_person(self, name: str, team: str, manager: str = "") -> str:
        """Somebody who may own records; `manager` is an id."""
        ...

    def add_lead(self) -> RecordRef: ...

    def call(self, lead: RecordRef, by: str) -> str:
        """A call with the lead is entered by that person, as done; the id of the activity."""
        ...

    def cancel(self, activity: str) -> None:
        """The activity is deleted."""
        ...

    def price(self, currency: str, worth: str) -> None:
        """A unit of the currency is worth so much in the CRM's own."""
        ...

    def spend(self, channel: str, cost: int) -> str:
        """A campaign of that channel cost so much in the third quarter of 2026; its id."""
        ...

    def sign(self, account: RecordRef, until: date) -> str:
        """A contract with the account is in force until that day; its id."""
        ...

    def add_account(self) -> RecordRef: ...

    def tear_up(self, contract: str) -> None:
        """The contract is deleted."""
        ...

    def answer(self, lead: RecordRef, campaign: str) -> str:
        """The lead answers the campaign today; the id of that."""
        ...

    def add_prospect(self) -> RecordRef:
        """A record of the kind to which sales says yes or no in a field of its own."""
        ...

    def say(self, ref: RecordRef, word: str) -> None:
        """Sales enters that word, one of CONNECTED and UNQUALIFIED, to the record."""
        ...

    def lack(self, capability: Capability) -> None:
        """Take from the agent what the capability needs."""
        ...

    def settle(self) -> None:
        """Let so much time pass that everything is seen."""
        ...


def _promised(capability: Capability) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The test of a capability; of a connector without it the test is that it has none."""

    def chosen(test: Callable[..., None]) -> Callable[..., None]:
        @wraps(test)
        def run(self: "CapabilityConformance", world: CapableWorld) -> None:
            if capability in self.has:
                test(self, world)
            else:
                assert not isinstance(world.capable(), PROTOCOLS[capability])

        return run

    return chosen


class CapabilityConformance:
    """What is promised of capabilities."""

    has: ClassVar[frozenset[Capability]] = frozenset(Capability)
    tells_managers: ClassVar[bool] = True
    """Whether the CRM knows who a person's manager is."""

    def test_it_has_the_capabilities_that_it_names(self, world: CapableWorld) -> None:
        connector = world.capable()

        found = {one for one in Capability if isinstance(connector, PROTOCOLS[one])}

        assert found == self.has

    @_promised(Capability.PEOPLE)
    def test_people_are_told_with_team_and_manager_however_often(self, world: CapableWorld) -> None:
        head = world.add_person("Aoi Sato", "Sales East")
        one = world.add_person("Ren Suzuki", "Sales West", head)
        connector = world.capable()

        people = {person.id: person for person in connector.people()}

        assert people[head].team == "Sales East"
        manager = head if self.tells_managers else ""
        assert people[one] == Person(one, "Ren Suzuki", "Sales West", manager)
        assert {person.id: person for person in connector.people()} == people

    @_promised(Capability.ACTIVITIES)
    def test_an_activity_is_told_with_its_record_kind_and_person(self, world: CapableWorld) -> None:
        owner, lead = world.add_person("Aoi Sato", "Sales East"), world.add_lead()
        entered = world.call(lead, owner)
        world.settle()

        told = {one.id: one for one in _all(world.capable(), None)[0]}

        (activity,) = told[entered].activities
        assert (activity.ref, activity.what, activity.by) == (lead, "call", owner)

    @_promised(Capability.ACTIVITIES)
    def test_activities_go_on_behind_the_watermark_and_skip_none(self, world: CapableWorld) -> None:
        owner, lead = world.add_person("Aoi Sato", "Sales East"), world.add_lead()
        before = {world.call(lead, owner) for _ in range(9)}
        world.settle()
        connector = world.capable()
        first, mark = _all(connector, None)
        world.settle()
        later = world.call(lead, owner)
        world.settle()

        second, _ = _all(connector, mark)

        assert before <= {one.id for one in first}
        assert later in {one.id for one in second}

    @_promised(Capability.ACTIVITIES)
    def test_an_activity_that_was_deleted_is_told_as_gone(self, world: CapableWorld) -> None:
        owner, lead = world.add_person("Aoi Sato", "Sales East"), world.add_lead()
        entered = world.call(lead, owner)
        world.settle()
        connector = world.capable()
        _, mark = _all(connector, None)
        world.cancel(entered)
        world.settle()

        told, _ = _all(connector, mark)

        assert told[-1] == Happening(entered)

    @_promised(Capability.RATES)
    def test_rates_are_told_into_the_currency_of_the_crm(self, world: CapableWorld) -> None:
        world.price("USD", WORTH)

        rates = world.capable().rates()

        assert rates.base
        assert round(rates.now["USD"], 6) == int(WORTH)

    @_promised(Capability.CAMPAIGNS)
    def test_campaigns_are_told_with_their_channel_days_and_cost(self, world: CapableWorld) -> None:
        id_ = world.spend("Webinar", 90_000)

        campaigns = {one.id: one for one in world.capable().campaigns()}

        told = campaigns[id_]
        assert (told.channel, told.cost and told.cost.amount) == ("Webinar", 90_000)
        assert (told.first, told.last) == (date(2026, 7, 1), date(2026, 9, 30))

    @_promised(Capability.CONTRACTS)
    def test_contracts_are_told_with_their_end_and_when_they_are_gone(
        self, world: CapableWorld
    ) -> None:
        account = world.add_account()
        id_ = world.sign(account, date(2027, 6, 30))
        world.settle()
        connector = world.capable()

        pages = list(connector.contracts(None))
        world.tear_up(id_)
        world.settle()
        later = list(connector.contracts(pages[-1].watermark))

        told = [one for page in pages for one in page.contracts]
        assert told == [ContractEnd(id_, account, date(2027, 6, 30))]
        assert [one for page in later for one in page.contracts][-1] == ContractEnd(id_, None, None)

    @_promised(Capability.RESPONSES)
    def test_the_answer_to_a_campaign_is_told_with_its_channel(self, world: CapableWorld) -> None:
        lead = world.add_lead()
        id_ = world.answer(lead, world.spend("Webinar", 90_000))
        world.settle()

        pages = list(world.capable().responses(None))

        (told,) = [one for page in pages for one in page.responses]
        assert (told.id, told.ref, told.channel) == (id_, lead, "Webinar")
        assert told.on is not None

    @_promised(Capability.ACCEPTANCE)
    def test_what_sales_said_is_told_in_its_order_and_once_more_when_it_changes(
        self, world: CapableWorld
    ) -> None:
        asked = world.add_prospect()
        silent = world.add_prospect()
        world.settle()
        for word in ("CONNECTED", "UNQUALIFIED"):
            world.say(asked, word)
            world.settle()
        connector = world.capable()

        pages = list(connector.acceptance(None))
        world.settle()
        world.say(asked, "CONNECTED")
        world.settle()
        later = list(connector.acceptance(pages[-1].watermark))

        first, last = _words(pages), _words(later)
        assert first[asked] == ["CONNECTED", "UNQUALIFIED"]
        assert last[asked] == ["CONNECTED", "UNQUALIFIED", "CONNECTED"]
        assert first.get(silent, []) == []

    def pytest_generate_tests(self, metafunc: Case) -> None:
        """Each capability that the connector has may be absent."""
        if "capability" in metafunc.fixturenames:
            metafunc.parametrize("capability", sorted(self.has))

    def test_what_is_absent_is_named_with_its_fix_and_stops_nothing_else(
        self, world: CapableWorld, capability: Capability
    ) -> None:
        lead = world.add_lead()
        world.lack(capability)
        world.settle()
        connector = world.capable()

        absent = _absence(connector, capability)

        assert str(capability) in absent.message
        assert absent.hint.endswith(".")
        pages = list(connector.pull(RecordKind.LEAD, None))
        assert lead in {record.ref for page in pages for record in page.records}


def ask(connector: Any, capability: Capability) -> None:
    """Ask for the capability as a cycle does."""
    match capability:
        case Capability.PEOPLE:
            connector.people()
        case Capability.RATES:
            connector.rates()
        case Capability.ACTIVITIES:
            list(connector.activities(None))
        case Capability.CAMPAIGNS:
            connector.campaigns()
        case Capability.CONTRACTS:
            list(connector.contracts(None))
        case Capability.RESPONSES:
            list(connector.responses(None))
        case Capability.ACCEPTANCE:
            list(connector.acceptance(None))


def _absence(connector: Any, capability: Capability) -> CapabilityAbsent:
    try:
        ask(connector, capability)
    except CapabilityAbsent as error:
        return error
    raise AssertionError(f"Nobody says that {capability} is absent.")


def _words(pages: Sequence[SaidPage]) -> Mapping[RecordRef, Sequence[str]]:
    told = {one.ref: one.words for page in pages for one in page.said}
    assert all(list(words) == sorted(words, key=lambda one: one.at) for words in told.values())
    return {ref: [one.status for one in words] for ref, words in told.items()}


def _all(connector: Any, since: Watermark | None) -> tuple[Sequence[Happening], Watermark]:
    pages = list(connector.activities(since))
    return [one for page in pages for one in page.happenings], pages[-1].watermark

"""Search: filters on an index that lags, answered with live values."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.clock import SandboxClock
from sandbox.hubspot.object_types import COMPANIES
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.service import HubSpotService
from sandbox.hubspot.tokens import SETUP_TOKEN
from tests.sandbox.hubspot.calling import START, Api

Settled = Callable[[], None]


def condition(name: str, operator: str, value: object = None, **more: object) -> dict[str, object]:
    given_value = {} if value is None else {"value": str(value)}
    return {"propertyName": name, "operator": operator, **given_value, **more}


@pytest.fixture
def firms(portal: Portal, settled: Settled) -> dict[str, str]:
    """Four companies by name; the last has nothing but its name."""
    ids = {
        "Alpha": portal.create(
            "companies", {"name": "Alpha Foods", "numberofemployees": "9", "industry": "BANKING"}
        ),
        "Beta": portal.create(
            "companies", {"name": "beta foods", "numberofemployees": "50", "industry": "DESIGN"}
        ),
        "Gamma": portal.create(
            "companies", {"name": "Gamma 商事", "numberofemployees": "100", "industry": "DESIGN"}
        ),
        "Delta": portal.create("companies", {"name": "Delta"}),
    }
    settled()
    return ids


@pytest.mark.parametrize(
    ("filter_", "names"),
    [
        (condition("industry", "EQ", "DESIGN"), {"Beta", "Gamma"}),
        (condition("industry", "EQ", "design"), set()),
        (condition("industry", "NEQ", "DESIGN"), {"Alpha", "Delta"}),
        (condition("name", "EQ", "ALPHA FOODS"), {"Alpha"}),
        (condition("numberofemployees", "GT", 9), {"Beta", "Gamma"}),
        (condition("numberofemployees", "GTE", 9), {"Alpha", "Beta", "Gamma"}),
        (condition("numberofemployees", "LT", "50.0"), {"Alpha"}),
        (condition("numberofemployees", "LTE", "50.0"), {"Alpha", "Beta"}),
        (condition("numberofemployees", "EQ", "50.0"), {"Beta"}),
        (condition("numberofemployees", "BETWEEN", 10, highValue="100"), {"Beta", "Gamma"}),
        (condition("industry", "IN", values=["BANKING", "RETAIL"]), {"Alpha"}),
        (condition("industry", "NOT_IN", values=["DESIGN"]), {"Alpha", "Delta"}),
        (condition("name", "IN", values=["delta"]), {"Delta"}),
        (condition("name", "IN", values=["Delta"]), set()),
        (condition("industry", "HAS_PROPERTY"), {"Alpha", "Beta", "Gamma"}),
        (condition("industry", "NOT_HAS_PROPERTY"), {"Delta"}),
        (condition("name", "CONTAINS_TOKEN", "foods"), {"Alpha", "Beta"}),
        (condition("name", "CONTAINS_TOKEN", "foo"), set()),
        (condition("name", "CONTAINS_TOKEN", "foo*"), {"Alpha", "Beta"}),
        (condition("name", "NOT_CONTAINS_TOKEN", "foods"), {"Gamma", "Delta"}),
        (condition("createdate", "GTE", "2026-11-02"), {"Alpha", "Beta", "Gamma", "Delta"}),
        (condition("createdate", "GT", "2026-11-02T00:00:00Z"), set()),
        (condition("createdate", "LTE", 1793577600000), {"Alpha", "Beta", "Gamma", "Delta"}),
    ],
    ids=lambda one: f"{one['operator']}-{one.get('value')}" if isinstance(one, dict) else "",
)
def test_a_filter_finds_what_it_says(
    api: Api, firms: dict[str, str], filter_: dict[str, object], names: set[str]
) -> None:
    assert set(api.found("companies", filter_)) == {firms[name] for name in names}


def test_groups_are_alternatives_and_their_filters_are_not(api: Api, firms: dict[str, str]) -> None:
    small_design = [
        condition("industry", "EQ", "DESIGN"),
        condition("numberofemployees", "LT", 60),
    ]
    reply = api.search(
        "companies",
        filterGroups=[{"filters": small_design}, {"filters": [condition("name", "EQ", "delta")]}],
    )

    assert {one["id"] for one in reply.body["results"]} == {firms["Beta"], firms["Delta"]}


def test_a_query_finds_words_by_their_beginning(api: Api, firms: dict[str, str]) -> None:
    reply = api.search("companies", query="FOO alp")

    assert [one["id"] for one in reply.body["results"]] == [firms["Alpha"]]


def test_oldest_first_unless_told_otherwise(
    api: Api, portal: Portal, clock: SandboxClock, settled: Settled
) -> None:
    names = ["b", "c", "a"]
    for name in names:
        portal.create("companies", {"name": name})
        clock.advance(60)

    plain = api.search("companies", properties=["name"]).body
    by_name = api.search(
        "companies",
        properties=["name"],
        sorts=[{"propertyName": "name", "direction": "DESCENDING"}],
    ).body

    assert [one["properties"]["name"] for one in plain["results"]] == names
    assert [one["properties"]["name"] for one in by_name["results"]] == ["c", "b", "a"]


def test_records_without_the_sorted_property_come_last(api: Api, firms: dict[str, str]) -> None:
    sort = {"propertyName": "numberofemployees", "direction": "ASCENDING"}
    reply = api.search("companies", sorts=[sort], properties=["numberofemployees"])

    counts = [one["properties"]["numberofemployees"] for one in reply.body["results"]]
    assert counts == ["9", "50", "100", None]


def test_a_new_record_is_invisible_until_the_index_has_it(
    api: Api, portal: Portal, clock: SandboxClock
) -> None:
    record = portal.create("companies", {"name": "Alpha"})
    everything = condition("name", "HAS_PROPERTY")

    assert api.found("companies", everything) == []
    assert api.get(f"/crm/v3/objects/companies/{record}").status == 200
    clock.advance(3)
    assert api.found("companies", everything) == [record]


def test_filters_lag_while_the_answer_shows_live_values(
    api: Api, portal: Portal, clock: SandboxClock, settled: Settled
) -> None:
    record = portal.create("companies", {"name": "Before"})
    settled()
    portal.update("companies", record, {"name": "After"})

    reply = api.search("companies", filterGroups=[{"filters": [condition("name", "EQ", "before")]}])

    assert reply.body["results"][0]["properties"]["name"] == "After"
    assert api.found("companies", condition("name", "EQ", "after")) == []
    clock.advance(3)
    assert api.found("companies", condition("name", "EQ", "after")) == [record]
    assert api.found("companies", condition("name", "EQ", "before")) == []


def test_each_of_two_quick_changes_is_seen_when_it_is_due(
    api: Api, portal: Portal, clock: SandboxClock, settled: Settled
) -> None:
    record = portal.create("companies", {"name": "one"})
    settled()
    portal.update("companies", record, {"name": "two"})
    clock.advance(2)
    portal.update("companies", record, {"name": "three"})

    seen = []
    for _ in range(3):
        names = ("one", "two", "three")
        seen += [n for n in names if api.found("companies", condition("name", "EQ", n))]
        clock.advance(2)

    assert seen == ["one", "two", "three"]


def test_an_archived_record_still_counts_for_a_while_but_is_not_shown(
    api: Api, portal: Portal, clock: SandboxClock, settled: Settled
) -> None:
    record = portal.create("companies", {"name": "Alpha"})
    settled()
    portal.archive("companies", record)

    assert api.search("companies").body == {"total": 1, "results": []}
    clock.advance(3)
    assert api.search("companies").body == {"total": 0, "results": []}


def test_the_cursor_is_an_offset_without_a_link(api: Api, portal: Portal, settled: Settled) -> None:
    ids = [portal.create("companies", {}) for _ in range(7)]
    settled()

    pages, after = [], "0"
    while after:
        body = api.search("companies", limit=3, after=after).body
        pages.append([one["id"] for one in body["results"]])
        after = body.get("paging", {}).get("next", {}).get("after")
        assert body["total"] == 7
        assert "link" not in body.get("paging", {}).get("next", {})

    assert [len(page) for page in pages] == [3, 3, 1]
    assert [one for page in pages for one in page] == ids


def test_ids_are_compared_as_numbers(api: Api, portal: Portal, settled: Settled) -> None:
    ids = [portal.create("contacts", {}) for _ in range(300)]
    settled()
    by_id = [{"propertyName": "hs_object_id", "direction": "ASCENDING"}]

    seen, last = [], "0"
    while True:
        group = {"filters": [condition("hs_object_id", "GT", last)]}
        body = api.search("contacts", filterGroups=[group], sorts=by_id, limit=90).body
        if not body["results"]:
            break
        seen += [one["id"] for one in body["results"]]
        last = seen[-1]
        portal.knobs.searches_per_second = 100

    assert seen == ids
    assert len(ids[0]) < len(ids[-1])


def test_associations_are_a_property_to_filter_by(
    api: Api, portal: Portal, settled: Settled
) -> None:
    company, other = (portal.create("companies", {}) for _ in range(2))
    contact, alone = (portal.create("contacts", {}) for _ in range(2))
    portal.associate("contacts", contact, "companies", company)
    settled()

    def found(operator: str, **more: object) -> list[str]:
        return api.found("contacts", condition("associations.company", operator, **more))

    assert found("EQ", value=company) == [contact]
    assert found("EQ", value=other) == []
    assert found("NOT_HAS_PROPERTY") == [alone]
    portal.associate("contacts", alone, "companies", other)
    assert found("IN", values=[company, other]) == [contact, alone]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            {"filterGroups": [{"filters": [condition("name", "HAS_PROPERTY")]}] * 6},
            "too many filterGroups (count: 6, max allowed: 5)",
        ),
        (
            {"filterGroups": [{"filters": [condition("name", "HAS_PROPERTY")] * 7}]},
            "too many filters in group (count: 7, max allowed: 6)",
        ),
        (
            {"filterGroups": [{"filters": [condition("name", "HAS_PROPERTY")] * 5}] * 4},
            "too many filters (count: 20, max allowed: 18)",
        ),
        ({"limit": 201}, "between 1 and 200"),
        ({"limit": 0}, "between 1 and 200"),
        ({"limit": 200, "after": "9900"}, "Paging beyond 10000"),
        ({"after": "bzEyMw=="}, "Cannot deserialize value of type `int`"),
        ({"properties": ["x" * 30] * 100}, "longer than 3000 characters"),
        (
            {"filterGroups": [{"filters": [condition("name", "LIKE", "a")]}]},
            "Cannot deserialize value of type `Operator`",
        ),
        (
            {"filterGroups": [{"filters": [condition("bbm_nothing", "EQ", "a")]}]},
            "There was a problem with the request.",
        ),
        (
            {"filterGroups": [{"filters": [condition("numberofemployees", "GT", "many")]}]},
            "many is not a valid value for the property numberofemployees",
        ),
        (
            {"filterGroups": [{"filters": [condition("hs_object_id", "GT", "many")]}]},
            "many is not a valid value for the property hs_object_id",
        ),
        ({"filterGroups": [{"filters": [condition("name", "EQ")]}]}, "needs a value"),
        ({"filterGroups": [{"filters": [condition("name", "IN")]}]}, "needs a value"),
        ({"filterGroups": [{"filters": [condition("name", "BETWEEN", 1)]}]}, "needs a value"),
        ({"filterGroups": "none"}, "Cannot deserialize value of type `java.util.List`"),
        ({"properties": "name"}, "Cannot deserialize value of type `java.util.List`"),
        ({"sorts": ["name", "domain"]}, "sorted by one property only"),
        ({"sorts": [{"propertyName": "name", "direction": "UP"}]}, "of type `Direction` from"),
        ({"sorts": ["bbm_nothing"]}, "There was a problem with the request."),
        (
            {"filterGroups": [{"filters": [condition("associations.deal", "GT", "1")]}]},
            "does not fit associations.deal",
        ),
        (
            {"filterGroups": [{"filters": [condition("associations.butterfly", "EQ", "1")]}]},
            "Unable to infer object type from: butterfly",
        ),
    ],
)
def test_a_search_that_asks_too_much_or_nonsense_is_refused(
    api: Api, body: dict[str, object], words: str
) -> None:
    reply = api.search("companies", **body)

    assert reply.status == 400
    assert words in reply.body["message"]
    assert reply.body["correlationId"]


def test_the_last_page_below_the_cap_is_served(api: Api) -> None:
    assert api.search("companies", limit=200, after="9800").status == 200


def test_a_search_repeated_after_a_change_is_not_answered_from_memory(
    api: Api, portal: Portal, settled: Settled
) -> None:
    record = portal.create("companies", {"industry": "DESIGN"})
    settled()
    wanted = condition("industry", "EQ", "DESIGN")

    assert api.found("companies", wanted) == [record]
    portal.update("companies", record, {"industry": "RETAIL"})
    settled()
    assert api.found("companies", wanted) == []


def test_days_are_compared_as_days(api: Api, portal: Portal, settled: Settled) -> None:
    portal.define_property("contacts", "renewal", type="date")
    early, late = (
        portal.create("contacts", {"renewal": day}) for day in ("2026-12-01", "2026-12-31")
    )
    settled()

    assert api.found("contacts", condition("renewal", "LT", "2026-12-31")) == [early]
    assert api.found("contacts", condition("renewal", "GTE", 1798675200000)) == [late]


def test_values_of_an_earlier_type_match_nothing(
    api: Api, portal: Portal, settled: Settled
) -> None:
    portal.define_property("contacts", "size")
    record = portal.create("contacts", {"size": "large"})
    url = "/crm/v3/properties/contacts/size"
    changed = api.ask("PATCH", url, {"type": "number", "fieldType": "number"}, token=SETUP_TOKEN)
    settled()

    assert changed.status == 200
    assert api.found("contacts", condition("size", "GT", 1)) == []
    assert api.found("contacts", condition("size", "NEQ", 1)) == [record]
    assert api.search("contacts", sorts=["size"]).body["results"][0]["id"] == record


_COUNTS = st.one_of(st.none(), st.integers(0, 5))
_OPERATORS = {
    "EQ": lambda held, wanted: held is not None and held == wanted,
    "NEQ": lambda held, wanted: held != wanted,
    "LT": lambda held, wanted: held is not None and held < wanted,
    "LTE": lambda held, wanted: held is not None and held <= wanted,
    "GT": lambda held, wanted: held is not None and held > wanted,
    "GTE": lambda held, wanted: held is not None and held >= wanted,
}


@given(
    st.lists(_COUNTS, max_size=12),
    st.lists(
        st.lists(st.tuples(st.sampled_from(sorted(_OPERATORS)), st.integers(0, 5)), max_size=3),
        min_size=1,
        max_size=3,
    ),
    st.integers(0, 12),
)
def test_search_agrees_with_looking_at_every_record(
    counts: list[int | None], groups: list[list[tuple[str, int]]], above: int
) -> None:
    clock = SandboxClock(START)
    portal = Portal(clock, index_lag_seconds=0)
    ids = [
        portal.create("companies", {} if one is None else {"numberofemployees": one})
        for one in counts
    ]
    low = ids[above] if above < len(ids) else "0"
    expected = [
        record
        for record, count in zip(ids, counts, strict=True)
        if any(
            all(_OPERATORS[operator](count, wanted) for operator, wanted in group)
            and int(record) > int(low)
            for group in groups
        )
    ]

    asked = [
        {
            "filters": [
                *(condition("numberofemployees", operator, wanted) for operator, wanted in group),
                condition("hs_object_id", "GT", low),
            ]
        }
        for group in groups
    ]
    found = _search(portal, asked)

    assert found == expected


def _search(portal: Portal, groups: list[dict[str, object]]) -> list[str]:
    by_id = [{"propertyName": "hs_object_id", "direction": "ASCENDING"}]
    api = Api(HubSpotService(portal))
    reply = api.search(COMPANIES.id, filterGroups=groups, sorts=by_id, limit=200)
    return [one["id"] for one in reply.body["results"]]

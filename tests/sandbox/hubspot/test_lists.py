"""Lists: kept ones take their members by hand, dynamic ones by what records say."""

import pytest

from sandbox.clock import SandboxClock
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.tokens import RUNNING_SCOPES
from tests.sandbox.hubspot.calling import Api, Reply

LISTS = "/crm/v3/lists"
TOKEN = "pat-na1-5a4db0c5-0000-4000-8000-0000000000d1"


@pytest.fixture
def api(api: Api, portal: Portal) -> Api:
    portal.tokens.add(TOKEN, RUNNING_SCOPES | {"crm.lists.read", "crm.lists.write"})
    return Api(api.service, TOKEN)


def branch(name: str, operator: str, **operation: object) -> dict[str, object]:
    one = {"filterType": "PROPERTY", "property": name}
    filters = [{**one, "operation": {"operator": operator, **operation}}]
    inner = {"filterBranchType": "AND", "filterBranches": [], "filters": filters}
    return {"filterBranchType": "OR", "filterBranches": [inner], "filters": []}


def make(api: Api, name: str, processing: str = "MANUAL", **more: object) -> str:
    told = {"name": name, "objectTypeId": "0-1", "processingType": processing, **more}
    reply = api.post(LISTS, told)
    assert reply.status == 200, reply.body
    return str(reply.body["list"]["listId"])


def members(api: Api, list_id: str, more: str = "") -> list[str]:
    body = api.get(f"{LISTS}/{list_id}/memberships?{more}").body
    return [one["recordId"] for one in body["results"]]


def test_a_kept_list_takes_records_by_hand(api: Api, portal: Portal) -> None:
    first, second = (portal.create("contacts", {}) for _ in range(2))
    made = make(api, "mine")

    added = api.ask("PUT", f"{LISTS}/{made}/memberships/add", [first, int(second), "1"]).body

    assert (added["recordsIdsAdded"], added["recordIdsMissing"]) == ([first, second], ["1"])
    removed = api.ask("PUT", f"{LISTS}/{made}/memberships/remove", [first]).body
    assert removed["recordIdsRemoved"] == [first]
    assert members(api, made) == [second]
    of_record = api.get(f"{LISTS}/records/0-1/{second}/memberships").body
    assert [one["listId"] for one in of_record["results"]] == [made]


@pytest.mark.parametrize(
    ("operator", "operation", "found"),
    [
        ("IS_EQUAL_TO", {"value": "Kobe"}, [0]),
        ("IS_ANY_OF", {"values": ["kobe", "osaka"]}, [0, 1]),
        ("IS_UNKNOWN", {}, [2]),
    ],
)
def test_a_dynamic_list_follows_what_records_say(
    api: Api, portal: Portal, operator: str, operation: dict[str, object], found: list[int]
) -> None:
    ids = [
        portal.create("contacts", values) for values in ({"city": "Kobe"}, {"city": "Osaka"}, {})
    ]
    made = make(api, "d", "DYNAMIC", filterBranch=branch("city", operator, **operation))

    assert members(api, made) == [ids[one] for one in found]
    refused = api.ask("PUT", f"{LISTS}/{made}/memberships/add", [ids[0]])
    assert (refused.status, refused.body["category"]) == (400, "VALIDATION_ERROR")


def test_members_come_in_pages(api: Api, portal: Portal) -> None:
    ids = [portal.create("contacts", {}) for _ in range(5)]
    made = make(api, "all", "DYNAMIC", filterBranch=branch("hs_object_id", "IS_KNOWN"))

    first = api.get(f"{LISTS}/{made}/memberships?limit=3").body
    after = first["paging"]["next"]["after"]

    assert first["total"] == 5
    assert members(api, made, f"after={after}") == ids[3:]


def test_members_also_come_in_the_order_in_which_they_joined(
    api: Api, portal: Portal, clock: SandboxClock
) -> None:
    first, second, third = (portal.create("contacts", {}) for _ in range(3))
    made = make(api, "mine")
    change = f"{LISTS}/{made}/memberships/add-and-remove"
    api.ask("PUT", change, {"recordIdsToAdd": [third]})
    clock.advance(1)
    told = {"recordIdsToAdd": [first, second, "1"], "recordIdsToRemove": [second, third]}

    changed = api.ask("PUT", change, told).body

    assert changed["recordsIdsAdded"] == [first, second]
    assert changed["recordIdsRemoved"] == [second, third]
    assert changed["recordIdsMissing"] == ["1"]
    clock.advance(1)
    api.ask("PUT", change, {"recordIdsToAdd": [third, second]})
    url = f"{LISTS}/{made}/memberships/join-order?limit=1"
    page = api.get(url).body
    assert [one["recordId"] for one in page["results"]] == [first]
    rest = api.get(f"{url}0&after={page['paging']['next']['after']}").body
    assert [one["recordId"] for one in rest["results"]] == [second, third]
    assert api.get(f"{url}&after=7").status == 400


def test_a_list_is_emptied_and_called_otherwise(
    api: Api, portal: Portal, clock: SandboxClock
) -> None:
    made, _ = make(api, "mine"), make(api, "yours")
    api.ask("PUT", f"{LISTS}/{made}/memberships/add", [portal.create("contacts", {})])

    def rename(name: str) -> Reply:
        return api.ask("PUT", f"{LISTS}/{made}/update-list-name?listName={name}")

    clock.advance(60)
    assert api.ask("DELETE", f"{LISTS}/{made}/memberships").status == 204
    assert api.get(f"{LISTS}/{made}").body["list"]["updatedAt"] == "2026-11-02T00:01:00Z"
    assert members(api, made) == []
    assert len(portal.rows("contacts")) == 1
    assert rename("ours").body["updatedList"]["name"] == "ours"
    assert [rename(name).status for name in ("ours", "yours", "")] == [200, 400, 400]


def test_a_page_of_lists_holds_500_however_many_are_asked_for(api: Api, portal: Portal) -> None:
    for number in range(501):
        portal.lists.add(f"n{number}", "contacts", "MANUAL", portal.clock.now())

    found = api.post(f"{LISTS}/search", {"count": 1000}).body

    assert (len(found["lists"]), found["hasMore"], found["offset"]) == (500, True, 500)


def test_lists_are_found_by_name_kind_and_id(api: Api) -> None:
    ids = [make(api, name) for name in ("Alpha", "Beta")]
    make(api, "Gamma", "SNAPSHOT")

    def search(**body: object) -> list[str]:
        return [one["name"] for one in api.post(f"{LISTS}/search", body).body["lists"]]

    assert search(query="a", processingTypes=["MANUAL"]) == ["Alpha", "Beta"]
    assert search(offset=1, count=1) == ["Beta"]
    assert search(count=1000) == ["Alpha", "Beta", "Gamma"]
    assert api.post(f"{LISTS}/search", {"count": 0}).status == 400
    assert search(listIds=[ids[0]]) == ["Alpha"]
    assert search(objectTypeId="companies") == []
    named = api.get(f"{LISTS}/object-type-id/0-1/name/%42eta").body["list"]
    assert named["listId"] == ids[1]
    assert len(api.get(f"{LISTS}?listIds={ids[0]}&listIds=99").body["lists"]) == 1


def test_a_removed_list_can_come_back(api: Api) -> None:
    made = make(api, "x")

    assert api.ask("DELETE", f"{LISTS}/{made}").status == 204
    gone = api.get(f"{LISTS}/{made}")
    assert (gone.status, gone.body["subCategory"]) == (404, "ILS.LIST_NOT_FOUND")
    assert api.ask("PUT", f"{LISTS}/{made}/restore").status == 204
    assert api.get(f"{LISTS}/{made}").body["list"]["name"] == "x"
    assert api.ask("PUT", f"{LISTS}/99/restore").status == 404


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"processingType": "OTHER"}, "not a processing type"),
        ({"processingType": "DYNAMIC"}, "needs a filter branch"),
        ({"filterBranch": branch("nothing", "IS_KNOWN")}, "nothing does not exist"),
        ({"filterBranch": branch("city", "SOUNDS_LIKE")}, "not one known here"),
        ({"filterBranch": {"filterBranchType": "XOR"}}, "not a filter branch type"),
        ({"filterBranch": ["x"]}, "not readable"),
        ({"filterBranch": {"filterBranchType": "OR", "filters": "x"}}, "not readable"),
        ({"name": "taken"}, "already exists"),
    ],
)
def test_a_list_that_makes_no_sense_is_refused(
    api: Api, more: dict[str, object], words: str
) -> None:
    make(api, "taken")
    told = {"name": "y", "objectTypeId": "0-1", "processingType": "MANUAL", **more}

    reply = api.post(LISTS, told)

    assert (reply.status, words in reply.body["message"]) == (400, True)


def test_lists_need_their_own_scopes(api: Api) -> None:
    refused = Api(api.service).post(f"{LISTS}/search", {})

    assert refused.body["errors"][0]["context"] == {"requiredGranularScopes": ["crm.lists.read"]}

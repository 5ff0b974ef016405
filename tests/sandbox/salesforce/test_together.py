"""Several records or calls that belong together: upserts by key, trees, graphs, transactions."""

from datetime import UTC, datetime

import pytest

from sandbox.clock import SandboxClock
from sandbox.salesforce.org import Org
from tests.sandbox.salesforce.calling import DATA, Api

Row = dict[str, object]


@pytest.fixture
def org() -> Org:
    return Org(SandboxClock(datetime(2026, 11, 2, tzinfo=UTC)))


@pytest.fixture
def api(org: Org) -> Api:
    return Api(org)


def rows(value: object) -> list[Row]:
    assert isinstance(value, list)
    return value


def inside(value: object, key: str) -> list[Row]:
    assert isinstance(value, dict)
    return rows(value[key])


def part(name: str, method: str, path: str, body: Row | None = None, **more: object) -> Row:
    told: Row = {"referenceId": name, "method": method, "url": f"{DATA}/{path}", **more}
    return told if body is None else told | {"body": body}


class TestUpserts:
    """Many upserts by a key."""

    def send(self, api: Api, field: str, *records: Row, together: bool = False) -> list[Row]:
        typed = [{"attributes": {"type": "Contact"}, **one} for one in records]
        body = {"allOrNone": together, "records": typed}
        return rows(api("PATCH", f"composite/sobjects/Contact/{field}", body).json)

    def test_a_key_finds_the_record_whatever_its_case(self, api: Api, org: Org) -> None:
        made = org.create("Contact", {"LastName": "Sato", "Email": "sato@example.com"})

        old, new = self.send(
            api,
            "Email",
            {"LastName": "Satō", "Email": "SATO@example.com"},
            {"LastName": "Ito", "Email": "ito@example.com"},
        )

        assert old == {"id": made, "success": True, "errors": [], "created": False}
        assert new["created"] is True
        assert org.get("Contact", made)["LastName"] == "Satō"

    def test_an_id_updates_and_none_creates(self, api: Api, org: Org) -> None:
        made = org.create("Contact", {"LastName": "Sato"})

        told = self.send(
            api,
            "Id",
            {"Id": made, "Title": "CTO"},
            {"Id": None, "LastName": "Ito"},
            {"Id": "003xx0000000000AAA", "LastName": "x"},
            {"Id": "nonsense", "LastName": "x"},
        )

        assert [one["created"] for one in told] == [False, True, False, False]
        codes = [rows(one["errors"])[0]["statusCode"] for one in told[2:]]
        assert codes == ["INVALID_CROSS_REFERENCE_KEY", "MALFORMED_ID"]

    def test_a_key_of_several_records_is_refused_for_its_record(self, api: Api, org: Org) -> None:
        for _ in range(2):
            org.create("Contact", {"LastName": "x", "Email": "same@example.com"})

        told = self.send(api, "Email", {"Email": "same@example.com"}, {"LastName": "y"})

        codes = [rows(one["errors"])[0]["statusCode"] for one in told]
        assert codes == ["DUPLICATE_EXTERNAL_ID", "MISSING_ARGUMENT"]

    def test_all_or_none_takes_the_created_back(self, api: Api, org: Org) -> None:
        told = self.send(api, "Id", {"LastName": "Ito"}, {"FirstName": "x"}, together=True)

        assert [(one["success"], one["created"]) for one in told] == [(False, False)] * 2
        assert org.rows("Contact") == []

    def test_what_is_no_key_is_refused_as_a_whole(self, api: Api) -> None:
        told = api("PATCH", "composite/sobjects/Contact/Title", {"records": []})

        assert (told.status, told.code) == (404, "NOT_FOUND")
        assert api("POST", "composite/sobjects/Contact/Id", {"records": []}).status == 405

    def test_records_of_another_object_are_refused(self, api: Api, org: Org) -> None:
        lead = {"attributes": {"type": "Lead"}, "LastName": "x", "Company": "y"}

        (one,) = self.send(api, "Id", lead)

        assert rows(one["errors"])[0]["statusCode"] == "INVALID_TYPE"
        assert org.rows("Contact") == []

    @pytest.mark.parametrize(("first", "success"), [(False, True), (True, False)])
    def test_whether_attributes_must_come_first_is_a_switch(
        self, first: bool, success: bool, api: Api, org: Org
    ) -> None:
        org.switches.attributes_first = first
        record = {"LastName": "Ito", "attributes": {"type": "Contact"}}

        (one,) = rows(api("POST", "composite/sobjects", {"records": [record]}).json)

        assert one["success"] is success


class TestTrees:
    """Records with their children."""

    def plant(self, api: Api, *records: Row) -> tuple[int, Row]:
        told = api("POST", "composite/tree/Account", {"records": records})
        assert isinstance(told.json, dict)
        return told.status, told.json

    def account(self, name: str, *contacts: Row) -> Row:
        kinds = {"type": "Account", "referenceId": name}
        return {"attributes": kinds, "Name": name, "Contacts": {"records": contacts}}

    def contact(self, name: str, **values: object) -> Row:
        return {"attributes": {"type": "Contact", "referenceId": name}, **values}

    def test_children_hang_on_the_parent_made_with_them(self, api: Api, org: Org) -> None:
        tree = self.account(
            "a", self.contact("c1", LastName="Ito"), self.contact("c2", LastName="x")
        )

        status, told = self.plant(api, tree)

        assert (status, told["hasErrors"]) == (201, False)
        ids = {one["referenceId"]: one["id"] for one in rows(told["results"])}
        assert set(ids) == {"a", "c1", "c2"}
        assert {one["AccountId"] for one in org.rows("Contact")} == {ids["a"]}

    def test_one_refused_record_leaves_none(self, api: Api, org: Org) -> None:
        status, told = self.plant(api, self.account("a", self.contact("c", FirstName="x")))

        assert (status, told["hasErrors"]) == (400, True)
        (refused,) = rows(told["results"])
        assert refused["referenceId"] == "c"
        assert rows(refused["errors"])[0]["statusCode"] == "REQUIRED_FIELD_MISSING"
        assert org.rows("Account") == []

    def test_below_a_refused_parent_nothing_is_tried(self, api: Api) -> None:
        tree = self.account("a", self.contact("c", LastName="x")) | {"Name": None}

        _, told = self.plant(api, tree)

        assert [one["referenceId"] for one in rows(told["results"])] == ["a"]

    @pytest.mark.parametrize(
        ("records", "problem"),
        [
            ([{"Name": "x"}], "Include a reference ID"),
            ([{"attributes": {"referenceId": "a"}, "Name": "x"}] * 2, "Duplicate ReferenceId"),
            ([{"attributes": {"referenceId": "a"}, "Foos": {"records": []}}], "No such column"),
            ([{"attributes": {"referenceId": f"a{n}"}} for n in range(201)], "at most 200 records"),
        ],
    )
    def test_what_is_no_tree_is_refused(self, records: list[Row], problem: str, api: Api) -> None:
        told = api("POST", "composite/tree/Account", {"records": records})

        assert told.status == 400
        assert problem in told.text

    def test_a_tree_is_not_endless(self, api: Api) -> None:
        record = {"attributes": {"type": "Account", "referenceId": "a"}, "Name": "x"}
        for depth in range(6):
            below = {"attributes": {"type": "Case", "referenceId": f"b{depth}"}}
            record = below | {"Cases": {"records": [record]}}

        told = api("POST", "composite/tree/Account", {"records": [record]})

        assert "at most 5 levels" in told.text
        assert api("GET", "composite/tree/Account").status == 405


class TestTransactions:
    """Parts that are carried out together, or not at all."""

    def test_a_composite_may_be_all_or_none(self, api: Api, org: Org) -> None:
        parts = [
            part("one", "POST", "sobjects/Account", {"Name": "x"}),
            part("two", "POST", "sobjects/Account", {}),
            part("three", "POST", "sobjects/Account", {"Name": "y"}),
        ]

        told = api("POST", "composite", {"allOrNone": True, "compositeRequest": parts}).json

        codes = [rows(one["body"])[0]["errorCode"] for one in inside(told, "compositeResponse")]
        assert codes == ["PROCESSING_HALTED", "REQUIRED_FIELD_MISSING", "PROCESSING_HALTED"]
        assert org.rows("Account") == []

    def test_a_graph_stands_or_falls_by_itself(self, api: Api, org: Org) -> None:
        good = [
            part("a", "POST", "sobjects/Account", {"Name": "x"}),
            part("c", "POST", "sobjects/Contact", {"LastName": "y", "AccountId": "@{a.id}"}),
        ]
        bad = [
            part("a", "POST", "sobjects/Account", {"Name": "x"}),
            part("c", "POST", "sobjects/Contact", {}),
        ]
        graphs = [{"graphId": str(n), "compositeRequest": one} for n, one in enumerate((good, bad))]

        told = inside(api("POST", "composite/graph", {"graphs": graphs}).json, "graphs")

        assert [(one["graphId"], one["isSuccessful"]) for one in told] == [
            ("0", True),
            ("1", False),
        ]
        statuses = [
            [two["httpStatusCode"] for two in inside(one["graphResponse"], "compositeResponse")]
            for one in told
        ]
        assert statuses == [[201, 201], [400, 400]]
        assert [one["AccountId"] for one in org.rows("Contact")] == [
            one["Id"] for one in org.rows("Account")
        ]

    def test_a_graph_request_costs_one_call(self, api: Api, org: Org) -> None:
        one = {"graphId": "1", "compositeRequest": [part("q", "GET", "limits")] * 3}
        api("POST", "composite/graph", {"graphs": [one]})

        assert org.usage.used() == 1
        many = {"graphId": "1", "compositeRequest": [part("q", "GET", "limits")] * 300}
        refused = api("POST", "composite/graph", {"graphs": [many, many]})
        assert (refused.status, refused.code) == (400, "LIMIT_EXCEEDED")

    def test_a_transaction_inside_another_is_taken_back_with_it(self, api: Api, org: Org) -> None:
        record = {"attributes": {"type": "Account"}, "Name": "x"}
        body = {"allOrNone": True, "records": [record]}
        parts = [
            part("one", "POST", "composite/sobjects", body),
            part("two", "GET", "sobjects/Nothing"),
        ]

        api("POST", "composite", {"allOrNone": True, "compositeRequest": parts})

        assert org.rows("Account") == []

    def test_a_batch_may_halt_at_the_first_error(self, api: Api, org: Org) -> None:
        batch = [
            {"method": "GET", "url": "v66.0/sobjects/Nothing"},
            {"method": "POST", "url": "v66.0/sobjects/Account", "richInput": {"Name": "x"}},
        ]

        told = api("POST", "composite/batch", {"haltOnError": True, "batchRequests": batch}).json

        assert [one["statusCode"] for one in inside(told, "results")] == [404, 412]
        assert org.rows("Account") == []

    def test_a_part_that_answers_a_table_is_shown_as_a_text(self, api: Api, org: Org) -> None:
        id_ = org.create("Lead", {"LastName": "Sato", "Company": "Kaede"})
        query = {"operation": "query", "query": "SELECT Id FROM Lead"}
        made = api("POST", "jobs/query", query).json
        assert isinstance(made, dict)
        job = f"jobs/query/{made['id']}"
        org.clock.advance(10)
        api("GET", job)
        found = part("r", "GET", f"{job}/results")
        then = part("s", "GET", "sobjects/Lead/@{r.Id}")

        told = api("POST", "composite", {"compositeRequest": [found, then]}).json

        table, after = inside(told, "compositeResponse")
        assert table["body"] == f'"Id"\n"{id_}"\n'
        (problem,) = rows(after["body"])
        assert problem["errorCode"] == "PROCESSING_HALTED"


class TestHeadersOfParts:
    """What a part sends and gets besides its body."""

    def test_a_part_describes_only_what_changed(self, api: Api) -> None:
        describe = part("d", "GET", "sobjects/Lead/describe")
        (first,) = self.ask(api, describe)
        told = first["httpHeaders"]
        assert isinstance(told, dict)
        again = describe | {"httpHeaders": {"If-Modified-Since": told["Last-Modified"]}}

        (second,) = self.ask(api, again)

        assert set(told) == {"ETag", "Last-Modified"}
        assert (second["httpStatusCode"], second["body"]) == (304, None)

    def test_the_list_of_objects_is_conditional_too(self, api: Api, org: Org) -> None:
        tag = api("GET", "sobjects").headers["ETag"]

        assert api("GET", "sobjects", if_none_match=tag).status == 304
        org.permit("Administrator", "Create", "Lead", granted=False)
        assert api("GET", "sobjects", if_none_match=tag).status == 200

    def ask(self, api: Api, *parts: Row) -> list[Row]:
        body = {"compositeRequest": list(parts)}
        return inside(api("POST", "composite", body).json, "compositeResponse")


def test_a_body_of_another_type_is_refused(api: Api) -> None:
    told = api("POST", "sobjects/Account", {"Name": "x"}, content_type="text/plain")

    assert (told.status, told.code) == (415, "UNSUPPORTED_MEDIA_TYPE")


def test_a_reference_to_several_objects_is_shown_by_object(api: Api, org: Org) -> None:
    lead = org.create("Lead", {"LastName": "Ito", "Company": "Hayate"})
    contact = org.create("Contact", {"LastName": "Sato", "Email": "s@example.com"})
    for who in (lead, contact, None):
        org.create("Event", {"Subject": "Call", "WhoId": who})
    query = (
        "SELECT Subject, TYPEOF Who WHEN Contact THEN Email WHEN Lead THEN LastName, Company "
        "ELSE Id END FROM Event"
    )

    found = inside(api("GET", f"query?q={query.replace(' ', '+')}").json, "records")

    shown = [one["Who"] for one in found]
    assert [one and {key: one[key] for key in one if key != "attributes"} for one in shown] == [
        {"LastName": "Ito", "Company": "Hayate"},
        {"Email": "s@example.com"},
        None,
    ]
    wrong = api("GET", "query?q=SELECT+TYPEOF+Foo+WHEN+Lead+THEN+Id+END+FROM+Event")
    assert (wrong.status, wrong.code) == (400, "INVALID_FIELD")


def test_an_address_is_shown_whole(api: Api, org: Org) -> None:
    made = org.create("Account", {"Name": "x", "BillingCity": "Osaka"})

    told = api("GET", f"sobjects/Account/{made}").json

    assert isinstance(told, dict)
    assert told["BillingAddress"]["city"] == "Osaka"
    assert told["ShippingAddress"] is None


def test_an_org_without_communities_says_so(api: Api) -> None:
    assert api("GET", "connect/communities").json == {"communities": [], "total": 0}
    assert api("GET", "connect/else").status == 404

"""Whatever comes in, an answer in HubSpot's form goes out."""

from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.clock import SandboxClock
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.service import HubSpotService
from sandbox.hubspot.tokens import SETUP_SCOPES
from sandbox.wire import Request
from tests.sandbox.hubspot.calling import START

TOKEN = "pat-na1-5a4db0c5-0000-4000-8000-0000000000d9"
MORE_SCOPES = {
    *("crm.lists.read", "crm.lists.write", "crm.export", "marketing.campaigns.read"),
    *("business-intelligence", "sales-email-read"),
}
PATHS = [
    "/crm/v3/objects/contacts",
    "/crm/v3/objects/leads",
    "/crm/v3/objects/contacts/search",
    "/crm/objects/2026-03/deals/search",
    "/crm/v3/objects/contacts/merge",
    "/crm/v3/objects/contacts/{id}",
    *(f"/crm/v3/objects/contacts/batch/{one}" for one in ("read", "create", "update", "upsert")),
    "/crm/v3/objects/companies/batch/archive",
    "/crm/v4/objects/contacts/{id}/associations/companies",
    "/crm/v4/objects/contacts/{id}/associations/companies/{id}",
    *(
        f"/crm/v4/associations/contacts/companies/{one}"
        for one in ("batch/read", "batch/create", "batch/associate/default", "batch/archive")
    ),
    "/crm/v3/properties/contacts",
    "/crm/v3/properties/contacts/bbm_x",
    "/crm/v3/properties/contacts/groups",
    "/crm/v3/properties/contacts/batch/create",
    "/crm/v3/owners",
    "/oauth/v1/token",
    "/oauth/authorize",
    "/crm/v3/objects/contacts/gdpr-delete",
    "/crm/v3/objects/tasks",
    "/crm/v3/objects/contacts/{id}/associations/companies",
    *(f"/crm/v3/associations/contacts/companies/batch/{one}" for one in ("read", "create")),
    "/crm/v3/lists",
    "/crm/v3/lists/search",
    "/crm/v3/lists/1/memberships",
    "/crm/v3/lists/1/memberships/add",
    "/crm/v3/exports/export/async",
    "/crm-object-schemas/v3/schemas/contacts",
    "/marketing/v3/campaigns",
    "/marketing/v3/campaigns/batch/read",
    "/events/v3/events",
    "/properties/v1/contacts/properties",
]
WORDS = [
    *("inputs", "id", "properties", "idProperty", "objectWriteTraceId", "from", "to", "types"),
    *("associations", "associationTypeId", "filterGroups", "filters", "propertyName", "operator"),
    *("value", "values", "highValue", "sorts", "limit", "after", "query", "direction", "name"),
    *("label", "type", "fieldType", "groupName", "options", "displayOrder", "city", "email"),
    *("closedate", "numemployees", "annualrevenue", "primaryObjectId", "objectIdToMerge"),
    *("objectTypeId", "processingType", "filterBranch", "filterBranchType", "filterBranches"),
    *("filterType", "property", "operation", "objectType", "exportType", "format", "listId"),
    *("objectProperties", "publicCrmSearchRequest", "objectId", "offset", "count", "listIds"),
]
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**62), 2**62),
    st.floats(allow_nan=False),
    st.text(max_size=6),
    st.sampled_from(["{id}", "email", "city", "closedate", "GT", "EQ", "BETWEEN", "IN"]),
    st.sampled_from(["enumeration", "select", "number", "0001-01-01T00:00:00+14:00", "9" * 5000]),
)
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4)
    ),
    max_leaves=15,
)
# Like what is meant, with one thing or another out of order.
NEARLY = st.one_of(
    JSON,
    st.fixed_dictionaries({"inputs": st.lists(JSON, max_size=2)}),
    st.fixed_dictionaries({"properties": JSON, "associations": JSON}),
    st.fixed_dictionaries(
        {
            "name": SCALARS,
            "objectTypeId": st.just("0-1"),
            "processingType": st.sampled_from(["MANUAL", "DYNAMIC"]),
            "filterBranch": st.fixed_dictionaries(
                {
                    "filterBranchType": st.sampled_from(["OR", "AND"]),
                    "filterBranches": JSON,
                    "filters": st.lists(
                        st.fixed_dictionaries(
                            {
                                "filterType": st.just("PROPERTY"),
                                "property": st.sampled_from(["email", "closedate"]),
                                "operation": JSON
                                | st.fixed_dictionaries(
                                    {
                                        "operator": st.sampled_from(["IS_EQUAL_TO", "IS_BETWEEN"]),
                                        "value": SCALARS,
                                    }
                                ),
                            }
                        ),
                        max_size=1,
                    ),
                }
            ),
        }
    ),
    st.fixed_dictionaries(
        {
            "objectType": st.just("CONTACT"),
            "exportType": st.sampled_from(["VIEW", "LIST"]),
            "format": st.just("CSV"),
            "objectProperties": st.just(["email"]) | JSON,
            "publicCrmSearchRequest": JSON,
            "listId": SCALARS,
            "associatedObjectType": JSON,
        }
    ),
    st.fixed_dictionaries(
        {
            "filterGroups": st.lists(
                st.fixed_dictionaries(
                    {
                        "filters": st.lists(
                            st.fixed_dictionaries(
                                {
                                    "propertyName": st.sampled_from(
                                        ["closedate", "hs_object_id", "email", "associations.deal"]
                                    ),
                                    "operator": st.sampled_from(["GT", "EQ", "BETWEEN", "IN"]),
                                    "value": SCALARS,
                                    "values": st.lists(SCALARS, max_size=2),
                                    "highValue": SCALARS,
                                }
                            ),
                            max_size=2,
                        )
                    }
                ),
                max_size=2,
            ),
            "sorts": JSON,
            "limit": SCALARS,
            "after": SCALARS,
        }
    ),
)


def _filled(value: Any, record: str) -> Any:
    if isinstance(value, dict):
        return {name: _filled(one, record) for name, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, record) for one in value]
    return record if value == "{id}" else value


@settings(max_examples=400)
@given(
    st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE"]),
    st.sampled_from(PATHS),
    NEARLY,
    st.dictionaries(
        st.sampled_from(
            [
                *("limit", "after", "properties", "archived", "idProperty", "eventType"),
                *("client_id", "redirect_uri", "objectType", "occurredAfter", "listIds"),
            ]
        ),
        st.lists(st.text(max_size=4) | st.just("9" * 5000), min_size=1, max_size=2),
        max_size=2,
    ),
)
def test_nonsense_gets_an_answer_with_a_correlation_id(
    method: str, path: str, body: Any, query: dict[str, list[str]]
) -> None:
    portal = Portal(SandboxClock(START), has_leads=True, index_lag_seconds=0)
    portal.tokens.add(TOKEN, SETUP_SCOPES | MORE_SCOPES)
    portal.lists.add("one", "contacts", "MANUAL", START)
    record = portal.create("contacts", {"closedate": "2026-11-02", "email": "a@example.jp"})
    request = Request(
        method,
        path.replace("{id}", record),
        query,
        {"authorization": f"Bearer {TOKEN}"},
        orjson.dumps(_filled(body, record)),
        "http://hubspot.test",
    )

    answer = HubSpotService(portal).handle(request)

    assert answer.status in {200, 201, 202, 204, 207, 400, 403, 404, 405, 409, 414}
    assert answer.headers["X-HubSpot-Correlation-Id"]
    if answer.status >= 400 and answer.status != 414:
        assert orjson.loads(answer.body)["message"]

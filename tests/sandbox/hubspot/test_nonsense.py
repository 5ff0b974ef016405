"""Whatever comes in, an answer in HubSpot's form goes out."""

from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.clock import SandboxClock
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.service import HubSpotService
from sandbox.hubspot.tokens import SETUP_TOKEN
from sandbox.wire import Request
from tests.sandbox.hubspot.calling import START

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
]
WORDS = [
    *("inputs", "id", "properties", "idProperty", "objectWriteTraceId", "from", "to", "types"),
    *("associations", "associationTypeId", "filterGroups", "filters", "propertyName", "operator"),
    *("value", "values", "highValue", "sorts", "limit", "after", "query", "direction", "name"),
    *("label", "type", "fieldType", "groupName", "options", "displayOrder", "city", "email"),
    *("closedate", "numemployees", "annualrevenue", "primaryObjectId", "objectIdToMerge"),
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
        st.sampled_from(["limit", "after", "properties", "archived", "idProperty"]),
        st.lists(st.text(max_size=4) | st.just("9" * 5000), min_size=1, max_size=2),
        max_size=2,
    ),
)
def test_nonsense_gets_an_answer_with_a_correlation_id(
    method: str, path: str, body: Any, query: dict[str, list[str]]
) -> None:
    portal = Portal(SandboxClock(START), has_leads=True, index_lag_seconds=0)
    record = portal.create("contacts", {"closedate": "2026-11-02", "email": "a@example.jp"})
    request = Request(
        method,
        path.replace("{id}", record),
        query,
        {"authorization": f"Bearer {SETUP_TOKEN}"},
        orjson.dumps(_filled(body, record)),
        "http://hubspot.test",
    )

    answer = HubSpotService(portal).handle(request)

    assert answer.status in {200, 201, 204, 207, 400, 403, 404, 405, 409, 414}
    assert answer.headers["X-HubSpot-Correlation-Id"]
    if answer.status >= 400 and answer.status != 414:
        assert orjson.loads(answer.body)["message"]

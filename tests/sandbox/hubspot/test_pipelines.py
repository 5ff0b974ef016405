"""Pipelines that somebody makes, changes and removes."""

from typing import Any

import pytest
from hubspot_sdk import HubSpot

from sandbox.hubspot.portal import Portal
from sandbox.hubspot.tokens import SETUP_TOKEN
from sandbox.server import Sandbox
from tests.sandbox.hubspot.calling import Api, Reply

DEALS = "/crm/v3/pipelines/deals"


@pytest.fixture
def api(api: Api) -> Api:
    return Api(api.service, SETUP_TOKEN)


def stage(label: str, probability: str) -> dict[str, Any]:
    return {"label": label, "metadata": {"probability": probability}}


def made(api: Api, **more: Any) -> Reply:
    stages = [stage("Trial", "0.3"), stage("Won", "1.0")]
    return api.post(DEALS, {"label": "Trials", "displayOrder": 2, "stages": stages, **more})


def test_a_new_pipeline_takes_deals(api: Api, portal: Portal) -> None:
    reply = made(api)
    pipeline, (trial, won) = reply.body["id"], reply.body["stages"]

    deal = portal.create("deals", {"pipeline": pipeline, "dealstage": won["id"]})

    assert reply.status == 201
    assert (trial["metadata"]["isClosed"], won["metadata"]["isClosed"]) == ("false", "true")
    assert portal.get("deals", deal)["hs_is_closed_won"] == "true"
    assert f"hs_v2_date_entered_{won['id']}" in portal.get("deals", deal)


def test_a_pipeline_and_its_stages_are_changed(api: Api) -> None:
    body = made(api).body
    url = f"{DEALS}/{body['id']}"
    first = f"{url}/stages/{body['stages'][0]['id']}"

    api.ask("PATCH", url, {"label": "Pilots"})
    api.ask("PATCH", first, {"label": "Pilot", "metadata": {"probability": "0.0"}})
    added = api.post(f"{url}/stages", stage("Last", "0.9")).body
    told = api.get(url).body

    assert told["label"] == "Pilots"
    assert [one["label"] for one in told["stages"]] == ["Pilot", "Won", "Last"]
    assert told["stages"][0]["metadata"] == {"isClosed": "true", "probability": "0.0"}
    assert added["displayOrder"] == 2


def test_a_pipeline_is_replaced_and_a_stage_of_the_same_label_stays(
    api: Api, portal: Portal
) -> None:
    body = made(api).body
    url, (trial, won) = f"{DEALS}/{body['id']}", (one["id"] for one in body["stages"])

    def replaced(*stages: dict[str, Any]) -> Reply:
        return api.ask("PUT", url, {"label": "Pilots", "stages": stages})

    told = replaced(stage("Lost", "0.0"), stage("Trial", "0.5")).body

    assert (told["id"], told["label"]) == (body["id"], "Pilots")
    lost, kept = (one["id"] for one in told["stages"])
    assert kept == trial
    assert lost not in {trial, won}
    portal.create("deals", {"pipeline": body["id"], "dealstage": trial})
    assert replaced(stage("Lost", "0.0")).status == 400
    assert api.ask("PUT", url, {"stages": [stage("Trial", "0.5")]}).status == 400
    assert api.ask("PUT", url, {"label": "Pilots"}).body["message"].endswith("[stages]")


def test_stages_of_one_label_stay_apart_when_their_pipeline_is_replaced(
    api: Api, portal: Portal
) -> None:
    twice = {"label": "Trials", "stages": [stage("Trial", "0.3"), stage("Trial", "0.5")]}
    body = api.post(DEALS, twice).body
    url, ids = f"{DEALS}/{body['id']}", [one["id"] for one in body["stages"]]

    again = [one["id"] for one in api.ask("PUT", url, twice).body["stages"]]

    assert len(set(again)) == 2
    assert set(ids) & set(again)
    portal.create("deals", {"pipeline": body["id"], "dealstage": again[1]})
    assert api.ask("PUT", url, {**twice, "stages": [stage("Won", "1.0")]}).status == 400


def test_what_deals_stand_in_is_not_removed(api: Api, portal: Portal) -> None:
    body = made(api).body
    url, (trial, won) = f"{DEALS}/{body['id']}", body["stages"]
    deal = portal.create("deals", {"pipeline": body["id"], "dealstage": trial["id"]})

    used = [api.ask("DELETE", one).body for one in (url, f"{url}/stages/{trial['id']}")]

    assert [one["context"]["ids"] for one in used] == [[deal], [deal]]
    assert api.ask("DELETE", f"{url}/stages/{won['id']}").status == 204
    portal.archive("deals", deal)
    assert api.ask("DELETE", url).status == 204
    assert api.get(url).status == 404


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"label": "Renewals"}, "already exists"),
        ({"label": ""}, "were not set: [label]"),
        ({"stages": [stage("x", "2")]}, "between 0.0 and 1.0"),
        ({"stages": [{"label": "x"}]}, "between 0.0 and 1.0"),
        ({"stages": [{"metadata": {"probability": "0.5"}}]}, "were not set: [label]"),
    ],
)
def test_a_pipeline_that_makes_no_sense_is_refused(
    api: Api, more: dict[str, object], words: str
) -> None:
    reply = made(api, **more)

    assert (reply.status, words in reply.body["message"]) == (400, True)


def test_lifecycles_are_changed_elsewhere_and_the_last_pipeline_stays(
    api: Api, portal: Portal
) -> None:
    url = "/crm/v3/pipelines/contacts/contacts-lifecycle-pipeline"

    assert api.ask("PATCH", url, {"label": "x"}).status == 400
    assert api.ask("DELETE", f"{DEALS}/21730432").status == 204
    assert "last pipeline" in api.ask("DELETE", f"{DEALS}/default").body["message"]
    assert api.ask("DELETE", f"{DEALS}/default/stages/nowhere").status == 404


def test_the_strict_client_makes_one() -> None:
    with (
        Sandbox() as sandbox,
        HubSpot(
            access_token=SETUP_TOKEN,
            base_url=sandbox.url,
            max_retries=0,
            _strict_response_validation=True,
        ) as sdk,
    ):
        one = sdk.crm.pipelines.create(
            "deals",
            display_order=2,
            label="Trials",
            stages=[{"label": "a", "display_order": 0, "metadata": {"probability": "0.5"}}],
        )

        assert sdk.crm.pipelines.get(one.id, object_type="deals").label == "Trials"

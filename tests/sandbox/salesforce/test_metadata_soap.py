"""Metadata over SOAP, as the unmodified client calls it with its WSDL, and by hand."""

import io
import zipfile
from base64 import b64encode
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import requests
import simple_salesforce
import zeep
from simple_salesforce import Salesforce
from zeep.transports import Transport

from sandbox.clock import SandboxClock
from sandbox.salesforce.apps import ADMIN_APP, AGENT_APP
from sandbox.salesforce.markup import read
from sandbox.salesforce.org import Org
from tests.sandbox.salesforce.calling import HOST, Api, Told

METADATA = "http://soap.sforce.com/2006/04/metadata"
FIELD = "Lead.Heat__c"
ENVELOPE = (
    f'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns="{METADATA}"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><e:Header><SessionHeader><sessionId>'
    "{session}</sessionId></SessionHeader></e:Header><e:Body>{body}</e:Body></e:Envelope>"
)
PACKAGE = (
    f'<Package xmlns="{METADATA}"><types><members>{FIELD}</members><name>CustomField</name>'
    "</types><version>66.0</version></Package>"
)
OBJECT = (
    f'<CustomObject xmlns="{METADATA}"><fields><fullName>Heat__c</fullName><label>Heat</label>'
    "<precision>{precision}</precision><scale>0</scale><type>Number</type></fields></CustomObject>"
)


@pytest.fixture
def org() -> Org:
    return Org(SandboxClock(datetime(2026, 11, 2, tzinfo=UTC)))


@pytest.fixture
def api(org: Org) -> Api:
    return Api(org)


def call(api: Api, body: str, version: str = "66.0") -> Told:
    raw = ENVELOPE.format(session=api.token, body=body).encode()
    return api.raw("POST", f"/services/Soap/m/{version}/", raw, {"content-type": "text/xml"})


def field(body: str, operation: str = "upsertMetadata", name: str = FIELD) -> str:
    inside = f"<fullName>{name}</fullName>{body}"
    return f'<{operation}><metadata xsi:type="CustomField">{inside}</metadata></{operation}>'


REMOVAL = (
    "<deleteMetadata><type>CustomField</type><fullNames>Lead.No__c</fullNames></deleteMetadata>"
)
NUMBER = "<label>Heat</label><precision>2</precision><scale>0</scale><type>Number</type>"


def said(told: Told, path: str) -> str:
    return read(told.text.encode()).findtext(f".//{path}") or ""


def archive(precision: str = "2") -> io.BytesIO:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as made:
        made.writestr("package.xml", PACKAGE)
        made.writestr("objects/Lead.object", OBJECT.format(precision=precision))
    return raw


class _Direct(Transport):  # type: ignore[misc]  # zeep tells no types
    """What zeep sends goes to the service without a socket."""

    def __init__(self, api: Api) -> None:
        super().__init__()
        self._api = api

    def post(self, address: str, message: bytes, headers: dict[str, str]) -> requests.Response:
        told = self._api.raw("POST", address.removeprefix(HOST), message, headers)
        answer = requests.Response()
        answer.status_code, answer._content = told.status, told.text.encode()
        answer.headers.update(told.headers)
        return answer


@cache
def wsdl() -> Any:
    """The client's own WSDL, read once."""
    path = Path(simple_salesforce.__file__).with_name("metadata.wsdl")
    settings = zeep.Settings(strict=False, xsd_ignore_sequence_order=True)
    return zeep.Client(path.as_uri(), settings=settings)


@pytest.fixture
def mdapi(api: Api, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The unmodified client's metadata part, with its WSDL already read."""
    monkeypatch.setattr("simple_salesforce.metadata.Client", lambda *_, **__: wsdl())
    monkeypatch.setattr(wsdl(), "transport", _Direct(api))
    client = Salesforce(session_id=api.token, instance_url=HOST, version="66.0")
    return client.mdapi


class TestTheUnmodifiedClient:
    """simple-salesforce's own classes."""

    def test_a_field_is_made_read_changed_and_removed(self, mdapi: Any, org: Org) -> None:
        kind = mdapi.FieldType("Number")
        made = {"fullName": FIELD, "type": kind, "precision": 2, "scale": 0}
        mdapi.CustomField.create([mdapi.CustomField(label="Heat", **made)])
        mdapi.CustomField.upsert([mdapi.CustomField(label="Warmth", **made)])
        told = mdapi.CustomField.read([FIELD])
        mdapi.CustomField.delete([FIELD])

        assert (told.label, told.type, told.precision) == ("Warmth", "Number", 2)
        assert org.definition("Lead").find("Heat__c") is None

    def test_a_set_grants_what_it_says(self, mdapi: Any, org: Org) -> None:
        org.define_field("Lead", "Heat__c", "Number", visible=False)
        granted = mdapi.PermissionSetFieldPermissions(editable=True, readable=True, field=FIELD)
        made = mdapi.PermissionSet(fullName="Heat", label="Heat", fieldPermissions=[granted])
        mdapi.PermissionSet.upsert([made])

        told = mdapi.PermissionSet.read(["Heat"])

        assert [(one.field, one.editable) for one in told.fieldPermissions] == [(FIELD, True)]
        rows = org.rows("FieldPermissions")
        assert [row["PermissionsEdit"] for row in rows if row["Field"] == FIELD] == [True]

    def test_what_is_refused_is_said_by_name(self, mdapi: Any) -> None:
        kind = mdapi.FieldType("Number")
        lacking = mdapi.CustomField(fullName=FIELD, label="x", type=kind)

        with pytest.raises(Exception, match=r"Lead.Heat__c: \(INVALID_INPUT, Must specify"):
            mdapi.CustomField.upsert([lacking])

    def test_types_and_names_are_listed(self, mdapi: Any, org: Org) -> None:
        org.define_field("Lead", "Heat__c", "Number")
        query = mdapi.ListMetadataQuery(type="CustomField")

        (told,) = mdapi.list_metadata([query])

        assert (told.fullName, told.type) == (FIELD, "CustomField")
        kinds = {one.xmlName for one in mdapi.describe_metadata().metadataObjects}
        assert {"CustomObject", "PermissionSet"} <= kinds


def test_the_unmodified_client_deploys_a_zip(web: requests.Session, sandbox: Any) -> None:
    """Its envelope says True and False, and None where nothing is asked for."""
    api = Api(sandbox.salesforce, ADMIN_APP)
    client = Salesforce(session_id=api.token, instance_url=HOST, version="66.0", session=web)
    sent = client.deploy(archive(), sandbox=True, checkOnly=False)
    before = client.checkDeployStatus(sent["asyncId"])
    sandbox.clock.advance(10)
    after = client.checkDeployStatus(sent["asyncId"])
    failing = client.deploy(archive("x"), sandbox=True)
    sandbox.clock.advance(10)
    failed = client.checkDeployStatus(failing["asyncId"])

    assert sent["state"] == "Queued"
    assert (before["state"], after["state"]) == ("Pending", "Succeeded")
    assert after["deployment_detail"]["deployed_count"] == "1"
    assert sandbox.salesforce.definition("Lead").find("Heat__c") is not None
    assert failed["state"] == "Failed"
    problems = [one["message"] for one in failed["deployment_detail"]["errors"]]
    assert any("'x' is not a valid value" in one for one in problems)


class TestByHand:
    """What clients of other languages send."""

    def test_only_some_may(self, api: Api, org: Org) -> None:
        org.unassign("BBM_Agent_Setup", "agent")
        agent = Api(org, AGENT_APP)
        nobody = Api(org)
        org.apps.sessions.pop(nobody.token)

        assert said(call(agent, field(NUMBER)), "faultcode") == "sf:INSUFFICIENT_ACCESS"
        ended = call(nobody, field(NUMBER))
        assert (ended.status, said(ended, "faultcode")) == (500, "sf:INVALID_SESSION_ID")
        gone = call(api, field(NUMBER), version="30.0")
        assert said(gone, "faultcode") == "sf:UNSUPPORTED_API_VERSION"
        org.usage.set(org.usage.allowed)
        assert said(call(api, field(NUMBER)), "faultcode") == "sf:REQUEST_LIMIT_EXCEEDED"

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            (field(NUMBER, "updateMetadata"), "INVALID_CROSS_REFERENCE_KEY"),
            (field("<nothing/>"), "INVALID_INPUT"),
            (field(NUMBER, name="Nothing__c.Heat__c"), "INVALID_CROSS_REFERENCE_KEY"),
            (REMOVAL, "INVALID_CROSS_REFERENCE_KEY"),
        ],
    )
    def test_a_component_is_refused_by_itself(self, body: str, code: str, api: Api) -> None:
        told = call(api, body)

        assert (told.status, said(told, "success")) == (200, "false")
        assert said(told, "statusCode") == code

    def test_what_is_there_is_not_created_again(self, api: Api) -> None:
        first = call(api, field(NUMBER, "createMetadata"))
        second = call(api, field(NUMBER, "createMetadata"))

        assert said(first, "success") == "true"
        assert said(second, "statusCode") == "DUPLICATE_DEVELOPER_NAME"
        assert said(call(api, field(NUMBER)), "created") == "false"

    @pytest.mark.parametrize(
        ("body", "message"),
        [
            ("<nothing/>", "No operation available"),
            ("<upsertMetadata>" + "<metadata/>" * 11 + "</upsertMetadata>", "at most 10"),
            ('<upsertMetadata><metadata xsi:type="Layout"/></upsertMetadata>', "Unknown type"),
            ("<readMetadata><type>Layout</type></readMetadata>", "Unknown type"),
            ("<listMetadata>" + "<queries/>" * 4 + "</listMetadata>", "at most 3 queries"),
            ("<deploy><ZipFile>!</ZipFile></deploy>", "not encoded in base64"),
            ("<checkDeployStatus/>", "does not exist"),
        ],
    )
    def test_a_call_is_refused_as_a_whole(self, body: str, message: str, api: Api) -> None:
        told = call(api, body)

        assert told.status == 500
        assert message in said(told, "faultstring")

    def test_what_is_not_there_is_read_as_nothing(self, api: Api) -> None:
        names = "<fullNames>Lead.No__c</fullNames><fullNames>Lead.Name</fullNames>"
        told = call(api, f"<readMetadata><type>CustomField</type>{names}</readMetadata>")

        assert told.text.count('<records xsi:nil="true">') == 2
        other = "<readMetadata><type>PermissionSet</type><fullNames>No</fullNames></readMetadata>"
        assert 'xsi:nil="true"' in call(api, other).text

    def test_choices_are_told_by_name(self, api: Api, org: Org) -> None:
        org.define_field("Lead", "Tier__c", "Picklist", picklist=["A", "B"], restricted=True)
        asked = "<type>CustomField</type><fullNames>Lead.Tier__c</fullNames>"

        told = read(call(api, f"<readMetadata>{asked}</readMetadata>").text.encode())

        assert [one.text for one in told.findall(".//value/fullName")] == ["A", "B"]
        assert told.findtext(".//valueSet/restricted") == "true"

    def test_a_deploy_is_canceled(self, api: Api, org: Org) -> None:
        raw = b64encode(archive().getvalue()).decode()
        sent = call(api, f"<deploy><ZipFile>{raw}</ZipFile></deploy>")
        told = call(api, f"<cancelDeploy><String>{said(sent, 'id')}</String></cancelDeploy>")
        org.clock.advance(60)

        assert said(told, "done") == "true"
        assert org.definition("Lead").find("Heat__c") is None

    def test_other_types_are_listed_as_they_were_deployed(self, api: Api, org: Org) -> None:
        org.deploys.deployed["Report", "Folder/Rate"] = "0XX000000000001AAA"
        for type_, name in (
            ("Report", "Folder/Rate"),
            ("CustomObject", "Lead"),
            ("PermissionSet", "Sales"),
        ):
            query = f"<listMetadata><queries><type>{type_}</type></queries></listMetadata>"
            found = read(call(api, query).text.encode()).findall(".//fullName")
            assert name in {one.text for one in found}

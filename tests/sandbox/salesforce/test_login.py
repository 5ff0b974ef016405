"""Logging in: with a secret, and with a signed assertion."""

import base64
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import jwt
import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from simple_salesforce import Salesforce, SalesforceLogin
from simple_salesforce.exceptions import (
    SalesforceAuthenticationFailed,
)

from sandbox.clock import SandboxClock
from sandbox.salesforce.apps import AGENT_APP
from sandbox.server import Sandbox

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


TOKEN = "/services/oauth2/token"


USERNAME = "agent@kaede-robotics.example"


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def sandbox(key: rsa.RSAPrivateKey) -> Iterator[Sandbox]:
    """A sandbox of today, since the client's own assertions expire by the machine's clock."""
    with Sandbox(clock=SandboxClock(datetime.now(UTC))) as started:
        started.salesforce.apps.register(replace(AGENT_APP, public_key=public_pem(key)))
        yield started


def public_pem(key: rsa.RSAPrivateKey) -> str:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


def private_pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def claims(sandbox: Sandbox, **other: object) -> dict[str, object]:
    expiry = int(sandbox.clock.now().timestamp()) + 120
    usual = {"iss": AGENT_APP.key, "sub": USERNAME, "aud": "https://login.salesforce.com"}
    return {**usual, "exp": expiry, **other}


def ask(sandbox: Sandbox, **form: str) -> requests.Response:
    return requests.post(sandbox.url + TOKEN, data=form, timeout=10)


def assert_denied(answer: requests.Response, error: str, description: str) -> None:
    assert answer.status_code == 400
    assert answer.json() == {"error": error, "error_description": description}


def test_a_secret_opens_a_session_on_the_orgs_own_host(
    sandbox: Sandbox, web: requests.Session
) -> None:
    answer = web.post(
        "https://kaede.my.salesforce.com" + TOKEN,
        data={"grant_type": "client_credentials"},
        auth=(AGENT_APP.key, AGENT_APP.secret),
    ).json()

    assert answer["instance_url"] == "https://kaede.my.salesforce.com"
    assert answer["token_type"] == "Bearer"
    assert answer["access_token"].startswith(sandbox.salesforce.org_id[:15] + "!")
    assert answer["id"].endswith(sandbox.salesforce.users["agent"])
    assert set(answer) >= {"signature", "scope", "issued_at"}


def test_a_plain_client_stays_on_its_plain_address(sandbox: Sandbox) -> None:
    answer = ask(
        sandbox,
        grant_type="client_credentials",
        client_id=AGENT_APP.key,
        client_secret=AGENT_APP.secret,
    )

    assert answer.json()["instance_url"] == sandbox.url


@pytest.mark.parametrize(
    ("form", "error", "description"),
    [
        (
            {"client_id": "nobody", "client_secret": "x"},
            "invalid_client_id",
            "client identifier invalid",
        ),
        (
            {"client_id": AGENT_APP.key, "client_secret": "x"},
            "invalid_client",
            "invalid client credentials",
        ),
        ({"grant_type": "password"}, "unsupported_grant_type", "grant type not supported"),
    ],
)
def test_wrong_credentials_are_denied_in_oauths_words(
    form: dict[str, str], error: str, description: str, sandbox: Sandbox
) -> None:
    answer = ask(sandbox, **{"grant_type": "client_credentials", **form})

    assert_denied(answer, error, description)


def test_garbled_basic_credentials_are_denied(sandbox: Sandbox) -> None:
    answer = requests.post(
        sandbox.url + TOKEN,
        data={"grant_type": "client_credentials"},
        headers={"Authorization": "Basic " + base64.b64encode(b"\xff\xfe").decode()},
        timeout=10,
    )

    assert_denied(answer, "invalid_client", "invalid client credentials")


def test_an_app_without_a_secret_cannot_log_in_with_none(sandbox: Sandbox) -> None:
    sandbox.salesforce.apps.register(replace(AGENT_APP, secret=""))

    answer = ask(sandbox, grant_type="client_credentials", client_id=AGENT_APP.key)

    assert_denied(answer, "invalid_client", "invalid client credentials")


@pytest.mark.parametrize("host", ["login", "test"])
def test_client_credentials_need_the_orgs_own_host(host: str, web: requests.Session) -> None:
    answer = web.post(
        f"https://{host}.salesforce.com{TOKEN}",
        data={"grant_type": "client_credentials"},
        auth=(AGENT_APP.key, AGENT_APP.secret),
    )

    assert_denied(answer, "invalid_grant", "request not supported on this domain")


def test_a_token_is_asked_for_by_post(sandbox: Sandbox) -> None:
    answer = requests.get(sandbox.url + TOKEN, timeout=10)

    assert_denied(answer, "invalid_request", "must use HTTP POST")


def test_the_client_logs_in_with_its_own_assertion(
    key: rsa.RSAPrivateKey, web: requests.Session, sandbox: Sandbox
) -> None:
    token, instance = SalesforceLogin(
        username=USERNAME,
        consumer_key=AGENT_APP.key,
        privatekey=private_pem(key),
        domain="login",
        session=web,
    )

    client = Salesforce(session_id=token, instance=instance, version="66.0", session=web)
    assert instance == "kaede.my.salesforce.com"
    assert client.query("SELECT Id FROM Organization")["records"][0]["Id"] == (
        sandbox.salesforce.org_id
    )


@pytest.mark.parametrize("as_text", [True, False])
def test_an_assertions_expiry_may_be_a_number_or_text(
    as_text: bool, key: rsa.RSAPrivateKey, sandbox: Sandbox
) -> None:
    expiry = int(sandbox.clock.now().timestamp()) + 60
    told = claims(sandbox, exp=str(expiry) if as_text else expiry)
    header, body = {"alg": "RS256"}, told
    assertion = jwt.api_jws.encode(
        json.dumps(body).encode(), key, algorithm="RS256", headers=header
    )

    assert ask(sandbox, grant_type=GRANT, assertion=assertion).status_code == 200


def test_a_certificate_verifies_as_its_key_does(key: rsa.RSAPrivateKey, sandbox: Sandbox) -> None:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "agent")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM).decode()
    sandbox.salesforce.apps.register(replace(AGENT_APP, public_key=pem))

    assertion = jwt.encode(claims(sandbox), key, "RS256")

    assert ask(sandbox, grant_type=GRANT, assertion=assertion).status_code == 200


@pytest.mark.parametrize(
    ("changed", "error", "description"),
    [
        ({"aud": "https://example.com"}, "invalid_grant", "Audience validation failed"),
        (
            {"sub": "human@kaede-robotics.example"},
            "invalid_grant",
            "user hasn't approved this consumer",
        ),
        (
            {"sub": "nobody@kaede-robotics.example"},
            "invalid_grant",
            "user hasn't approved this consumer",
        ),
        ({"iss": "nobody"}, "invalid_client_id", "client identifier invalid"),
        ({"exp": 5}, "invalid_grant", "invalid assertion"),
        ({"exp": int(time.time()) + 90_000}, "invalid_grant", "invalid assertion"),
        ({"exp": "soon"}, "invalid_grant", "invalid assertion"),
    ],
)
def test_an_assertion_with_wrong_claims_is_denied(
    changed: dict[str, object],
    error: str,
    description: str,
    key: rsa.RSAPrivateKey,
    sandbox: Sandbox,
) -> None:
    told = claims(sandbox, **changed)
    assertion = jwt.api_jws.encode(json.dumps(told).encode(), key, "RS256")

    assert_denied(ask(sandbox, grant_type=GRANT, assertion=assertion), error, description)


def test_an_assertion_signed_by_another_key_is_denied(sandbox: Sandbox) -> None:
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assertion = jwt.encode(claims(sandbox), other, "RS256")

    answer = ask(sandbox, grant_type=GRANT, assertion=assertion)

    assert_denied(answer, "invalid_grant", "invalid assertion")


@pytest.mark.parametrize("assertion", ["", "a.b", "a.b.c", "e30.e30.e30", "bnVsbA.bnVsbA.x"])
def test_what_is_no_assertion_is_denied(assertion: str, sandbox: Sandbox) -> None:
    answer = ask(sandbox, grant_type=GRANT, assertion=assertion)

    assert_denied(answer, "invalid_grant", "invalid assertion")


def test_a_symmetric_signature_is_denied(sandbox: Sandbox) -> None:
    assertion = jwt.encode(claims(sandbox), "x" * 32, "HS256")

    answer = ask(sandbox, grant_type=GRANT, assertion=assertion)

    assert_denied(answer, "invalid_grant", "invalid assertion")


@pytest.mark.parametrize("kind", ["none", "elliptic"])
def test_an_app_without_an_rsa_key_accepts_no_assertion(
    kind: str, key: rsa.RSAPrivateKey, sandbox: Sandbox
) -> None:
    curve = ec.generate_private_key(ec.SECP256R1()).public_key()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    pem = "" if kind == "none" else curve.public_bytes(serialization.Encoding.PEM, form).decode()
    sandbox.salesforce.apps.register(replace(AGENT_APP, public_key=pem))

    answer = ask(sandbox, grant_type=GRANT, assertion=jwt.encode(claims(sandbox), key, "RS256"))

    assert_denied(answer, "invalid_grant", "invalid assertion")


def test_the_client_reports_a_refused_login(web: requests.Session) -> None:
    with pytest.raises(SalesforceAuthenticationFailed, match="invalid_client"):
        SalesforceLogin(
            domain="kaede.my", consumer_key=AGENT_APP.key, consumer_secret="wrong", session=web
        )


def test_a_login_for_a_user_who_is_not_active_is_denied(
    key: rsa.RSAPrivateKey, sandbox: Sandbox
) -> None:
    org = sandbox.salesforce
    org.update("User", org.users["agent"], {"IsActive": False})

    answer = ask(sandbox, grant_type=GRANT, assertion=jwt.encode(claims(sandbox), key, "RS256"))

    assert_denied(answer, "invalid_grant", "user hasn't approved this consumer")

"""Logging in: by an app's secret, a signed assertion, a code or a refresh token; and sessions."""

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote_plus

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from cryptography.x509 import load_pem_x509_certificate

from sandbox.salesforce.apps import App, Session
from sandbox.salesforce.grants import Denied, Grant, Grants
from sandbox.wire import Answer, Request, json_answer

if TYPE_CHECKING:
    from sandbox.salesforce.org import Org

_JWT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_AUDIENCES = ("https://login.salesforce.com", "https://test.salesforce.com")
_SKEW_SECONDS = 180
_LONGEST_SECONDS = 180 + _SKEW_SECONDS


class OAuth:
    """Answers under /services/oauth2/."""

    def __init__(self, org: "Org") -> None:
        self._org = org
        self._grants = Grants(org)

    def answer(self, request: Request) -> Answer:
        what = request.path.removeprefix("/services/oauth2/").strip("/")
        try:
            room = self._rooms().get(what)
            if room is not None:
                return room(request)
        except Denied as error:
            body = {"error": error.error, "error_description": error.description}
            return json_answer(error.status, body)
        return json_answer(404, [{"errorCode": "NOT_FOUND", "message": "Not found"}])

    def _rooms(self) -> dict[str, Callable[[Request], Answer]]:
        return {
            "authorize": self._grants.authorize,
            "token": self._token,
            "userinfo": self._userinfo,
            "introspect": self._introspection,
            "revoke": self._revocation,
        }

    def session(self, request: Request) -> Session | None:
        """The session a request carries, when it is still open."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() not in {"bearer", "oauth"}:
            return None
        return self._org.apps.session(token.strip(), self._org.clock.now())

    def _token(self, request: Request) -> Answer:
        if request.method != "POST":
            raise Denied("invalid_request", "must use HTTP POST")
        form = _form(request)
        kind = form.get("grant_type", "")
        if kind in {"authorization_code", "refresh_token"}:
            return self._by_grant(request, form)
        if kind == "client_credentials":
            app, user = self._by_secret(request, form)
        elif kind == _JWT:
            app, user = self._by_assertion(form.get("assertion", ""), request)
        else:
            raise Denied("unsupported_grant_type", "grant type not supported")
        return self._opened(request, app, user)

    def _opened(self, request: Request, app: App, user: str, grant: Grant | None = None) -> Answer:
        session = self._org.apps.open(app, user, self._org.org_id, self._org.clock.now())
        body = self._granted(session, request)
        if grant is not None:
            grant.sessions.add(session.token)
            body |= {"refresh_token": grant.refresh_token, "scope": "refresh_token api id"}
        return json_answer(200, body, {"Cache-Control": "no-store"})

    def _by_grant(self, request: Request, form: Mapping[str, str]) -> Answer:
        key, secret = _credentials(request, form)
        app = self._org.apps.known.get(key)
        if app is None:
            raise Denied("invalid_client_id", "client identifier invalid")
        proved = bool(form.get("code_verifier"))  # with PKCE an app needs no secret
        if secret != app.secret and (secret or not proved):
            raise Denied("invalid_client", "invalid client credentials")
        is_code = form["grant_type"] == "authorization_code"
        find = self._grants.by_code if is_code else self._grants.by_refresh_token
        grant = find(app, form)
        return self._opened(request, app, grant.user, grant)

    def _by_secret(self, request: Request, form: Mapping[str, str]) -> tuple[App, str]:
        if not _is_my_domain(request.base_url):
            raise Denied("invalid_grant", "request not supported on this domain")
        key, secret = _credentials(request, form)
        app = self._org.apps.known.get(key)
        if app is None:
            raise Denied("invalid_client_id", "client identifier invalid")
        if not app.secret or app.secret != secret:
            raise Denied("invalid_client", "invalid client credentials")
        return app, self._org.user_id(app.run_as)

    def _by_assertion(self, assertion: str, request: Request) -> tuple[App, str]:
        claims, signed, signature = _parts(assertion)
        app = self._org.apps.known.get(str(claims.get("iss", "")))
        if app is None:
            raise Denied("invalid_client_id", "client identifier invalid")
        _verify(app, signed, signature)
        self._check_claims(claims, request)
        user = self._user_named(str(claims.get("sub", claims.get("prn", ""))))
        if self._org.alias(user) not in app.approved:
            raise Denied("invalid_grant", "user hasn't approved this consumer")
        return app, user

    def _check_claims(self, claims: Mapping[str, object], request: Request) -> None:
        if claims.get("aud") not in (*_AUDIENCES, request.base_url, self._org.my_domain):
            raise Denied("invalid_grant", "Audience validation failed")
        now = self._org.clock.now()
        left = _expiry(claims) - now.timestamp()
        if not -_SKEW_SECONDS < left <= _LONGEST_SECONDS:
            raise Denied("invalid_grant", "invalid assertion")

    def _user_named(self, username: str) -> str:
        for id_, row in self._org.tables["User"].rows.items():
            if row.get("Username") == username and row.get("IsActive"):
                return id_
        raise Denied("invalid_grant", "user hasn't approved this consumer")

    def _granted(self, session: Session, request: Request) -> dict[str, object]:
        issued = str(int(self._org.clock.now().timestamp() * 1000))
        identity = f"https://login.salesforce.com/id/{self._org.org_id}/{session.user}"
        signature = base64.b64encode(session.token[-32:].encode()).decode()
        return {
            "access_token": session.token,
            "signature": signature,
            "scope": "api id",
            "instance_url": self._instance_url(request),
            "id": identity,
            "token_type": "Bearer",
            "issued_at": issued,
            "api_instance_url": "https://api.salesforce.com",
        }

    def _instance_url(self, request: Request) -> str:
        """Where the client goes on: the org's own host, or the plain address it came to."""
        host = request.base_url.partition("://")[2]
        if host.split(":")[0].endswith(".salesforce.com"):
            return self._org.my_domain
        return request.base_url

    def _userinfo(self, request: Request) -> Answer:
        session = self.session(request)
        if session is None:
            return Answer(403, b"Bad_OAuth_Token", {"Content-Type": "text/html;charset=UTF-8"})
        user = self._org.tables["User"].rows[session.user]
        body = {
            "sub": f"https://login.salesforce.com/id/{self._org.org_id}/{session.user}",
            "user_id": session.user,
            "organization_id": self._org.org_id,
            "preferred_username": user["Username"],
            "nickname": user["Alias"],
            "name": user["Name"],
            "email": user["Email"],
            "email_verified": True,
            "given_name": user["FirstName"],
            "family_name": user["LastName"],
            "zoneinfo": user["TimeZoneSidKey"],
            "locale": user["LocaleSidKey"],
            "language": user["LanguageLocaleKey"],
            "user_type": "STANDARD",
            "active": True,
            "is_salesforce_integration_user": self._org.alias(session.user) == "agent",
            "urls": self._urls(request),
        }
        return json_answer(200, body)

    def _urls(self, request: Request) -> dict[str, str]:
        base = self._instance_url(request)
        return {
            "rest": f"{base}/services/data/v{{version}}/",
            "sobjects": f"{base}/services/data/v{{version}}/sobjects/",
            "query": f"{base}/services/data/v{{version}}/query/",
            "custom_domain": base,
        }

    def _introspection(self, request: Request) -> Answer:
        form = _form(request)
        key, secret = _credentials(request, form)
        app = self._org.apps.known.get(key)
        if app is None or app.secret != secret:
            raise Denied("invalid_client", "invalid client credentials", 401)
        now = self._org.clock.now()
        session = self._org.apps.session(form.get("token", ""), now)
        if session is None:
            return json_answer(200, {"active": False})
        user = self._org.tables["User"].rows[session.user]
        return json_answer(
            200,
            {
                "active": True,
                "scope": "api id",
                "client_id": key,
                "username": user["Username"],
                "sub": f"https://login.salesforce.com/id/{self._org.org_id}/{session.user}",
                "token_type": "access_token",
                "exp": int(now.timestamp()) + 7200,
                "iat": int(now.timestamp()),
            },
        )

    def _revocation(self, request: Request) -> Answer:
        token = _form(request).get("token") or request.first("token")
        ended = self._org.apps.sessions.pop(token, None) is not None
        if not ended and not self._grants.revoke_token(token):
            raise Denied("invalid_token", "invalid token")
        return Answer(200)


def _form(request: Request) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(request.body.decode()).items()}


def _is_my_domain(base_url: str) -> bool:
    host = base_url.partition("://")[2].split(":")[0]
    return host not in {"login.salesforce.com", "test.salesforce.com"}


def _credentials(request: Request, form: Mapping[str, str]) -> tuple[str, str]:
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return form.get("client_id", ""), form.get("client_secret", "")
    try:
        key, _, secret = base64.b64decode(encoded).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise Denied("invalid_client", "invalid client credentials") from error
    return unquote_plus(key), unquote_plus(secret)


def _parts(assertion: str) -> tuple[dict[str, object], bytes, bytes]:
    try:
        head, body, signature = assertion.split(".")
        header, claims = orjson.loads(_decoded(head)), orjson.loads(_decoded(body))
        raw = _decoded(signature)
    except (ValueError, binascii.Error) as error:
        raise Denied("invalid_grant", "invalid assertion") from error
    if not isinstance(claims, dict) or header.get("alg") != "RS256":
        raise Denied("invalid_grant", "invalid assertion")
    return claims, f"{head}.{body}".encode(), raw


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _verify(app: App, signed: bytes, signature: bytes) -> None:
    pem = app.public_key.encode()
    if not pem:
        raise Denied("invalid_grant", "invalid assertion")
    is_certificate = b"BEGIN CERTIFICATE" in pem
    key = (
        load_pem_x509_certificate(pem).public_key() if is_certificate else load_pem_public_key(pem)
    )
    if not isinstance(key, RSAPublicKey):
        raise Denied("invalid_grant", "invalid assertion")
    try:
        key.verify(signature, signed, PKCS1v15(), SHA256())
    except InvalidSignature as error:
        raise Denied("invalid_grant", "invalid assertion") from error


def _expiry(claims: Mapping[str, object]) -> float:
    """The time of `exp`, which some clients send as text."""
    value = claims.get("exp")
    if isinstance(value, str) and value.isdigit():
        return float(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise Denied("invalid_grant", "invalid assertion")

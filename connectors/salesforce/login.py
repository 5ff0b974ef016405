"""Logging in: client credentials, a signed assertion (JWT bearer), or what `soap.py` keeps."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

import jwt
import requests

from connectors.errors import ConfigError
from connectors.salesforce.config import SalesforceConfig
from connectors.salesforce.errors import complaint_of, fail, login_error, malformed
from connectors.salesforce.soap import soap_login

_JWT_GRANT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_ASSERTION_LASTS: Final = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class Grant:
    """What a login gives: the token, and the host that takes it."""

    token: str
    host: str


def log_in(http: requests.Session, config: SalesforceConfig, now: datetime) -> Grant:
    """Ask for a token; `now` is the time by Salesforce's clock, as far as it is known.

    Raises:
        LoginRefused, Unavailable, MalformedAnswer, and what the client raises.
    """
    if config.legacy_soap_login:
        token, address = soap_login(http, config)
        return Grant(token, _host(config, address))
    response = http.post(f"{config.url}/services/oauth2/token", **_request(config, now))
    if not response.ok:
        raise login_error(complaint_of(response.status_code, _content(response)))
    return _grant(config, response.json())


def _request(config: SalesforceConfig, now: datetime) -> dict[str, Any]:
    if config.login == "client_credentials":
        secret = config.client_secret.get_secret_value() if config.client_secret else ""
        data = {"grant_type": "client_credentials"}
        return {"data": data, "auth": (config.client_id, secret)}
    return {"data": {"grant_type": _JWT_GRANT, "assertion": _assertion(config, now)}}


def _assertion(config: SalesforceConfig, now: datetime) -> str:
    claims = {
        "iss": config.client_id,
        "sub": config.username,
        "aud": config.audience or config.url,
        "exp": int((now + _ASSERTION_LASTS).timestamp()),
    }
    try:
        return jwt.encode(claims, _key(config), algorithm="RS256")
    except (ValueError, jwt.PyJWTError):
        # Without its cause: that one may quote the key.
        message = "The private key of the login is not a key in PEM."
        raise fail(ConfigError, "BBM-SF-016", message) from None


def _key(config: SalesforceConfig) -> str:
    """The private key, read anew for every login, so that a renewed certificate is taken up."""
    if config.private_key_file is None:
        return config.private_key.get_secret_value() if config.private_key else ""
    try:
        return config.private_key_file.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        message = f"The key file {config.private_key_file} cannot be read."
        raise fail(ConfigError, "BBM-SF-016", message) from error


def _content(response: requests.Response) -> Any:
    try:
        return response.json()
    except requests.JSONDecodeError:
        return response.text


def _grant(config: SalesforceConfig, answer: Any) -> Grant:
    if not isinstance(answer, dict):
        raise malformed("a login without a token")
    token, address = answer.get("access_token"), answer.get("instance_url")
    if not isinstance(token, str) or not token or not isinstance(address, str):
        raise malformed("a login without a token")
    return Grant(token, _host(config, address))


def _host(config: SalesforceConfig, address: str) -> str:
    """The host to send the token to: the org's own, or another of the same domain."""
    host = urlsplit(address).netloc
    if host != config.host and _domain(host) != _domain(config.host):
        raise malformed(f"a login that leads to another domain, {host}")
    return host


def _domain(host: str) -> str:
    return ".".join(host.rsplit(".", 2)[-2:])

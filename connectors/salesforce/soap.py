"""Logging in by name and password over SOAP, which Salesforce ends on 1 June 2027.

Only for orgs that cannot have an app yet, behind `legacy_soap_login`.
"""

import re
from datetime import date
from html import escape, unescape
from typing import Final

import requests

from connectors.salesforce.config import SalesforceConfig
from connectors.salesforce.errors import Complaint, login_error, malformed, soap_login_error

ENDS: Final = date(2027, 6, 1)
"""From when on versions 31 to 64 have no login over SOAP; later versions never had one."""

_VERSION: Final = "64.0"
_ENVELOPE: Final = """<?xml version="1.0" encoding="utf-8"?>
<env:Envelope xmlns:env="http://schemas.xmlsoap.org/soap/envelope/">
<env:Header><u:CallOptions xmlns:u="urn:partner.soap.sforce.com"><u:client>bbm-agent</u:client>
<u:defaultNamespace>sf</u:defaultNamespace></u:CallOptions></env:Header>
<env:Body><n1:login xmlns:n1="urn:partner.soap.sforce.com"><n1:username>{username}</n1:username>
<n1:password>{password}</n1:password></n1:login></env:Body></env:Envelope>"""


def soap_login(http: requests.Session, config: SalesforceConfig) -> tuple[str, str]:
    """The token, and the address of the org that takes it.

    Raises:
        LoginRefused, Unavailable, MalformedAnswer, and what the client raises.
    """
    response = http.post(
        f"{config.url}/services/Soap/u/{_VERSION}",
        data=_envelope(config).encode(),
        headers={"Content-Type": "text/xml; charset=UTF-8", "SOAPAction": "login"},
    )
    text = response.content.decode("utf-8", "replace")
    if not response.ok:
        raise _refusal(response.status_code, text)
    token, address = _element(text, "sessionId"), _element(text, "serverUrl")
    if not token or not address:
        raise malformed("a login without a token")
    return token, address


def _envelope(config: SalesforceConfig) -> str:
    # Salesforce takes the security token at the end of the password.
    secrets = (config.password, config.security_token)
    password = "".join(one.get_secret_value() for one in secrets if one)
    return _ENVELOPE.format(username=escape(config.username or ""), password=escape(password))


def _refusal(status: int, text: str) -> Exception:
    """A fault has status 500 like an outage; only its code tells them apart."""
    code, message = _element(text, "exceptionCode"), _element(text, "exceptionMessage")
    complaint = Complaint(status, code, message)
    return soap_login_error(complaint) if code else login_error(complaint)


def _element(text: str, name: str) -> str:
    found = re.search(rf"<(?:\w+:)?{name}>([^<]*)</", text)
    return unescape(found[1]).strip() if found else ""

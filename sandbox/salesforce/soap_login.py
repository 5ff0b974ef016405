"""Logging in by name and password over SOAP, where the org still allows it."""

from typing import TYPE_CHECKING

from sandbox.salesforce.apps import App
from sandbox.salesforce.soap import PARTNER, Asked, Fault, answer, asked, fault
from sandbox.salesforce.table import Row
from sandbox.wire import Answer, Request

if TYPE_CHECKING:
    from sandbox.salesforce.org import Org

_OLDEST, _LAST = 31, 64
_NOBODY = "Invalid username, password, security token; or user locked out."
_DISABLED = (
    "SOAP API login() is disabled by default in this org. Contact the org administrator to enable "
    "SOAP API login()."
)
_GONE = (
    "The SOAP Login operation is not available in the API version specified ({version}). Refer to "
    "the documentation for supported versions."
)
_APP = App(name="SOAP", key="soap", run_as="")


class SoapLogin:
    """Answers under /services/Soap/u/{version}."""

    def __init__(self, org: "Org") -> None:
        self._org = org

    def answer(self, request: Request, version: str) -> Answer:
        try:
            return self._login(request, version, asked(request.body))
        except Fault as error:
            kind = "LoginFault" if error.code == "INVALID_LOGIN" else "UnexpectedErrorFault"
            return fault("urn:fault.partner.soap.sforce.com", error, kind=kind)

    def _login(self, request: Request, version: str, told: Asked) -> Answer:
        number = version.removesuffix(".0")
        if not number.isdigit() or int(number) < _OLDEST:
            raise Fault("UNSUPPORTED_API_VERSION", "Invalid Api version specified on URL")
        if told.operation != "login":
            message = f"No operation available for request {{{PARTNER}}}{told.operation}"
            raise Fault("soapenv:Client", message)
        if int(number) > _LAST:
            raise Fault("INVALID_OPERATION", _GONE.format(version=version))
        if not self._org.switches.soap_login:
            raise Fault("INVALID_OPERATION", _DISABLED)
        user = self._user(told)
        session = self._org.apps.open(_APP, user, self._org.org_id, self._org.clock.now())
        result = self._result(request, version, user, session.token)
        return answer(PARTNER, "login", {"result": result})

    def _user(self, told: Asked) -> str:
        sent = told.texts
        for id_, row in self._org.tables["User"].rows.items():
            if row.get("Username") == sent.get("username") and row.get("IsActive"):
                expected = self._org.apps.passwords.get(self._org.alias(id_))
                if expected is not None and sent.get("password") == expected:
                    return id_
        raise Fault("INVALID_LOGIN", _NOBODY)

    def _result(self, request: Request, version: str, user: str, token: str) -> Row:
        home = self._home(request)
        place = f"{version}/{self._org.org_id[:15]}"
        organization = self._org.tables["Organization"].rows[self._org.org_id]
        row = self._org.tables["User"].rows[user]
        return {
            "metadataServerUrl": f"{home}/services/Soap/m/{place}",
            "passwordExpired": False,
            "sandbox": organization["IsSandbox"],
            "serverUrl": f"{home}/services/Soap/u/{place}",
            "sessionId": token,
            "userId": user,
            "userInfo": {
                "organizationId": self._org.org_id,
                "organizationName": organization["Name"],
                "profileId": row["ProfileId"],
                "sessionSecondsValid": 7200,
                "userEmail": row["Email"],
                "userFullName": row["Name"],
                "userId": user,
                "userLanguage": row["LanguageLocaleKey"],
                "userLocale": row["LocaleSidKey"],
                "userName": row["Username"],
                "userTimeZone": row["TimeZoneSidKey"],
                "userType": row["UserType"],
            },
        }

    def _home(self, request: Request) -> str:
        host = request.base_url.partition("://")[2].split(":")[0]
        return self._org.my_domain if host.endswith(".salesforce.com") else request.base_url

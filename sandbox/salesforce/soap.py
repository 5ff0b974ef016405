"""Envelopes: what a SOAP request asks for, and answers and faults around what is told."""

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from sandbox.salesforce.markup import HEAD, read, texts, written
from sandbox.wire import Answer

PARTNER = "urn:partner.soap.sforce.com"
METADATA = "http://soap.sforce.com/2006/04/metadata"
_ENVELOPE = (
    ' xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
_TEXT_XML = {"Content-Type": "text/xml;charset=UTF-8"}


class Fault(Exception):
    """A refusal as SOAP tells it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Asked:
    """What stands in an envelope: the operation, and the session of its header."""

    operation: str
    body: Element
    session: str

    @property
    def texts(self) -> dict[str, str]:
        return texts(self.body)


def asked(raw: bytes) -> Asked:
    """Open an envelope.

    Raises:
        Fault: it is none, or it is empty.
    """
    try:
        envelope = read(raw)
    except ValueError as error:
        raise Fault("soapenv:Client", f"The envelope cannot be read: {error}") from error
    body = envelope.find("Body")
    if body is None or not len(body):
        raise Fault("soapenv:Client", "The envelope has no operation in its body")
    session = envelope.findtext("Header/SessionHeader/sessionId") or ""
    return Asked(body[0].tag, body[0], session.strip())


def answer(namespace: str, operation: str, told: object) -> Answer:
    """The response of an operation; `told` are its results, by name."""
    inside = written(f"{operation}Response", told)
    return _sent(200, f' xmlns="{namespace}"', inside)


def fault(namespace: str, error: Fault, *, kind: str = "") -> Answer:
    """A fault; its detail, where it is of a kind, names code and message once more."""
    if ":" in error.code:
        inside = written("soapenv:Fault", {"faultcode": error.code, "faultstring": error.message})
        return _sent(500, "", inside)
    told = {"sf:exceptionCode": error.code, "sf:exceptionMessage": error.message}
    detail = written(f"sf:{kind}", told, f' xsi:type="sf:{kind}"') if kind else ""
    inside = (
        f"<soapenv:Fault><faultcode>sf:{error.code}</faultcode>"
        f"{written('faultstring', f'{error.code}: {error.message}')}"
        f"{detail and f'<detail>{detail}</detail>'}</soapenv:Fault>"
    )
    return _sent(500, f' xmlns:sf="{namespace}"', inside)


def _sent(status: int, namespaces: str, inside: str) -> Answer:
    body = f"<soapenv:Body>{inside}</soapenv:Body>"
    text = f"{HEAD}<soapenv:Envelope{_ENVELOPE}{namespaces}>{body}</soapenv:Envelope>"
    return Answer(status, text.encode(), dict(_TEXT_XML))

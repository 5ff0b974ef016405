"""The transport: one port, three ways in, and answers that are spoilt on purpose."""

import http.client
import socket
import ssl
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
import requests

from sandbox.clock import SandboxClock
from sandbox.faults import ACTIONS, Action, Fault
from sandbox.server import DEFAULT_START, Sandbox
from sandbox.wire import Answer, Request

VERSIONS = "/services/data"


def session_of(sandbox: Sandbox) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.verify = sandbox.ca_file
    session.proxies = {"https": sandbox.url}
    return session


def address_of(sandbox: Sandbox) -> tuple[str, int]:
    parts = urlsplit(sandbox.url)
    assert parts.hostname
    assert parts.port
    return parts.hostname, parts.port


class Mirror:
    """A service that answers what it was asked."""

    def handle(self, request: Request) -> Answer:
        return Answer(200, request.method.encode() + b" " + request.body, {"X-Kept": "yes"})


@pytest.fixture
def session(sandbox: Sandbox) -> requests.Session:
    return session_of(sandbox)


def test_the_same_port_answers_plainly_with_tls_and_through_a_tunnel(
    sandbox: Sandbox, session: requests.Session
) -> None:
    host, port = address_of(sandbox)

    plain = session.get(f"http://{host}:{port}{VERSIONS}")
    direct = session.get(f"https://{host}:{port}{VERSIONS}", proxies={"https": ""})
    tunnelled = session.get(f"https://kaede.my.salesforce.com{VERSIONS}")

    assert plain.json() == direct.json() == tunnelled.json()


@pytest.mark.parametrize(
    "host", ["kaede.my.salesforce.com", "login.salesforce.com", "api.hubapi.com", "slack.com"]
)
def test_a_tunnel_to_each_service_ends_here(
    host: str, sandbox: Sandbox, session: requests.Session
) -> None:
    session.get(f"https://{host}/anything")

    assert len(sandbox.ledger.requests(path_contains="/anything")) == 1


def test_a_tunnel_to_anybody_else_is_refused_and_recorded(
    sandbox: Sandbox, session: requests.Session
) -> None:
    with pytest.raises(requests.exceptions.ProxyError):
        session.get("https://example.com/")

    (tried,) = sandbox.ledger.requests(service="proxy")
    assert (tried.method, tried.path, tried.status) == ("CONNECT", "example.com:443", 403)


def test_a_host_that_only_ends_like_ours_is_refused(
    sandbox: Sandbox, session: requests.Session
) -> None:
    with pytest.raises(requests.exceptions.ProxyError):
        session.get("https://evilsalesforce.com/")

    assert len(sandbox.ledger.requests(service="proxy")) == 1


def test_a_client_that_does_not_trust_the_authority_is_not_served(sandbox: Sandbox) -> None:
    host, port = address_of(sandbox)
    strict = ssl.create_default_context()

    with (
        socket.create_connection((host, port)) as plain,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        strict.wrap_socket(plain, server_hostname="localhost")


def test_the_date_header_tells_the_sandboxs_time(
    sandbox: Sandbox, session: requests.Session
) -> None:
    sandbox.clock.advance(3600)

    answer = session.get(sandbox.url + VERSIONS)

    assert sandbox.clock.now() == datetime(2026, 11, 2, 1, tzinfo=UTC)
    assert answer.headers["Date"] == "Mon, 02 Nov 2026 01:00:00 GMT"


def test_one_connection_serves_many_requests(sandbox: Sandbox) -> None:
    connection = http.client.HTTPConnection(*address_of(sandbox))
    sockets = set()

    for _ in range(3):
        connection.request("GET", VERSIONS)
        connection.getresponse().read()
        sockets.add(connection.sock)
    connection.close()

    assert len(sockets) == 1


def test_requests_of_many_threads_are_all_answered(sandbox: Sandbox) -> None:
    def ask(_: int) -> int:
        return requests.get(sandbox.url + VERSIONS, timeout=10).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(ask, range(32)))

    assert statuses == [200] * 32
    assert len({one.seq for one in sandbox.ledger.requests(service="salesforce")}) == 32


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_every_method_reaches_its_service(
    method: str, sandbox: Sandbox, session: requests.Session
) -> None:
    sandbox.register("hubspot", Mirror())

    answer = session.request(method, sandbox.url + "/crm", data=b"body")

    assert answer.text == f"{method} body"


def test_a_head_request_gets_the_headers_alone(sandbox: Sandbox) -> None:
    sandbox.register("hubspot", Mirror())
    connection = http.client.HTTPConnection(*address_of(sandbox))

    connection.request("HEAD", "/crm")
    answer = connection.getresponse()
    body = answer.read()
    connection.close()

    assert (answer.getheader("X-Kept"), body) == ("yes", b"")


def test_a_chunked_body_is_put_together(sandbox: Sandbox, session: requests.Session) -> None:
    sandbox.register("hubspot", Mirror())

    answer = session.post(sandbox.url + "/crm", data=iter([b"one ", b"two"]))

    assert answer.text == "POST one two"


@pytest.mark.parametrize(
    "head",
    [
        "Content-Length: many",
        "Content-Length: -1",
        f"Content-Length: {'9' * 20}",
        "Transfer-Encoding: chunked\r\n\r\n-1",
        f"Transfer-Encoding: chunked\r\n\r\n{'f' * 20}",
    ],
)
def test_a_length_that_no_body_has_is_a_bad_request(sandbox: Sandbox, head: str) -> None:
    with socket.create_connection(address_of(sandbox)) as plain:
        plain.sendall(f"POST /crm HTTP/1.1\r\nHost: x\r\n{head}\r\n\r\n".encode())
        answer = plain.recv(1000)

    assert answer.startswith(b"HTTP/1.1 400 ")


def test_an_unregistered_service_says_so(sandbox: Sandbox, session: requests.Session) -> None:
    del sandbox._doors["slack"]

    answer = session.get(sandbox.url + "/slack/api/auth.test")

    assert answer.status_code == 404


def test_a_crm_is_built_when_it_is_first_asked_for() -> None:
    sandbox = Sandbox()
    sandbox.answer("admin", Request("GET", "/__sandbox__/health", {}, {}, b"", ""))
    before = (sandbox._org, sandbox._portal)

    sandbox.answer("hubspot", Request("GET", "/crm/v3/owners", {}, {}, b"", ""))

    assert before == (None, None)
    assert sandbox._org is None
    assert sandbox._portal is sandbox.hubspot


def test_an_orgs_schema_is_not_younger_when_it_is_asked_for_later() -> None:
    early, late = Sandbox(), Sandbox()
    late.clock.advance(3600)

    changed = [one.salesforce.schema_changed_at("Lead") for one in (early, late)]

    assert changed[0] == changed[1] == early.salesforce.founded


def test_a_crm_that_many_ask_for_at_once_is_built_once() -> None:
    sandbox = Sandbox()

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: sandbox.salesforce, range(8)))

    assert {id(one) for one in found} == {id(sandbox.salesforce)}


def test_a_service_registered_while_another_is_built_in_its_place_stays() -> None:
    clock = _Interrupted(DEFAULT_START)
    sandbox = Sandbox(clock=clock)
    clock.other = threading.Thread(target=sandbox.register, args=("salesforce", Mirror()))
    sandbox._door("salesforce")
    clock.other.join()

    answer = sandbox.answer("salesforce", Request("GET", VERSIONS, {}, {}, b"", ""))

    assert answer.headers == {"X-Kept": "yes"}


class _Interrupted(SandboxClock):
    """A clock that, when it is first asked for the time, lets another thread go before."""

    other: threading.Thread | None = None

    def now(self) -> datetime:
        if self.other is not None and self.other.ident is None:
            self.other.start()
            self.other.join(timeout=0.05)
        return super().now()


@pytest.mark.parametrize(
    ("action", "status"), [("html_503", 503), ("bad_gateway", 502), ("rate_limited", 429)]
)
def test_a_fault_answers_instead_of_the_service(
    action: str, status: int, sandbox: Sandbox, session: requests.Session
) -> None:
    sandbox.faults.add(Fault(action=action, path_contains=VERSIONS))

    first, second = (session.get(sandbox.url + VERSIONS) for _ in range(2))

    assert (first.status_code, second.status_code) == (status, 200)
    assert [one.fault for one in sandbox.ledger.requests(service="salesforce")] == [action, ""]


@pytest.mark.parametrize("action", ["reset_before", "reset_after", "head_only", "truncated"])
def test_a_cut_answer_breaks_the_clients_read(action: str, sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault(action=action))
    connection = http.client.HTTPConnection(*address_of(sandbox))
    connection.request("GET", VERSIONS)

    with pytest.raises((ConnectionError, http.client.IncompleteRead)):
        connection.getresponse().read()
    connection.close()


def test_a_chunk_may_be_cut_in_the_middle(sandbox: Sandbox, session: requests.Session) -> None:
    sandbox.faults.add(Fault(action="truncated_chunk"))

    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        session.get(sandbox.url + VERSIONS)


@pytest.mark.parametrize(("action", "applied"), [("reset_before", 0), ("reset_after", 1)])
def test_a_dropped_answer_says_nothing_about_what_was_done(
    action: str, applied: int, sandbox: Sandbox
) -> None:
    done = []

    class Counter:
        def handle(self, request: Request) -> Answer:
            done.append(request.path)
            return Answer(200)

    sandbox.register("hubspot", Counter())
    sandbox.faults.add(Fault(action=action))

    with pytest.raises(requests.exceptions.ConnectionError):
        requests.post(sandbox.url + "/crm", timeout=10)

    assert len(done) == applied
    (seen,) = sandbox.ledger.requests(service="hubspot")
    assert seen.status == 0


def test_a_hanging_answer_outlasts_the_clients_patience(sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault(action="hang"))

    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.get(sandbox.url + VERSIONS, timeout=0.2)


def test_a_slow_answer_still_comes(sandbox: Sandbox, session: requests.Session) -> None:
    sandbox.faults.add(Fault(action=Action(applied=True, wait_seconds=0.05)))

    answer = session.get(sandbox.url + VERSIONS)

    assert answer.elapsed.total_seconds() >= 0.05
    assert answer.json()[0]["version"] == "31.0"


@pytest.mark.parametrize(
    ("action", "body"), [("empty_200", ""), ("html_200", "<html><body>Maintenance</body></html>")]
)
def test_a_success_may_carry_nothing_useful(
    action: str, body: str, sandbox: Sandbox, session: requests.Session
) -> None:
    sandbox.faults.add(Fault(action=action))

    answer = session.get(sandbox.url + VERSIONS)

    assert (answer.status_code, answer.text) == (200, body)


def test_stopping_ends_connections_that_still_wait(sandbox: Sandbox) -> None:
    sandbox.faults.add(Fault(action="hang"))
    connection = http.client.HTTPConnection(*address_of(sandbox))
    connection.request("GET", VERSIONS)
    while not sandbox.ledger.requests(service="salesforce"):
        pass  # until the request has arrived

    sandbox.stop()

    with pytest.raises((ConnectionError, http.client.HTTPException)):
        connection.getresponse()
    connection.close()


def test_a_sandbox_that_was_not_started_has_no_certificate() -> None:
    with pytest.raises(RuntimeError, match="started"):
        _ = Sandbox().ca_file


def test_every_named_action_can_be_added(sandbox: Sandbox) -> None:
    for name in ACTIONS:
        sandbox.faults.add(Fault(action=name))

    assert [one.name() for one in sandbox.faults.left()] == list(ACTIONS)

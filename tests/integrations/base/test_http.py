import io
import socket
import time

import pytest
import responses

from integrations.base.auth import Auth
from integrations.base.errors import (
    AddressError,
    AuthFailedError,
    GoneError,
    TransientError,
    UncertainError,
)
from integrations.base.http import ApiClient
from integrations.base.multipart import Multipart
from tests.integrations.base.wire import (
    ScriptedServer,
    answers,
    dribbles,
    floods,
    never_ends_its_head,
    read_request,
    resets,
    says,
    sleeps,
)

HALF = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"
SITE = "https://jira.example.com"


def speaks_no_tls(connection):
    connection.recv(100)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def client(server, **options):
    return ApiClient(server.url, is_private_allowed=True, timeout=(1, 0.2), **options)


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [(sleeps, "too long"), (resets, "broke off"), (says(b""), "broke off"), (says(HALF), "broke")],
)
def test_lets_a_read_without_answer_be_tried_again(behaviour, words):
    with ScriptedServer(behaviour) as server, pytest.raises(TransientError, match=words):
        client(server).get("/issue/1")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    "behaviour", [sleeps, resets, says(b""), says(HALF)], ids=["slow", "reset", "empty", "half"]
)
def test_calls_a_write_without_answer_uncertain(behaviour, method):
    with ScriptedServer(behaviour) as server, pytest.raises(UncertainError):
        client(server).request(method, "/issue/1", json={"a": 1})


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_knows_that_nothing_left_where_nothing_answers(method):
    with socket.create_server(("127.0.0.1", 0)) as unused:
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"

    with pytest.raises(TransientError) as caught:
        ApiClient(url, is_private_allowed=True).request(method, "/issue", json={})

    assert str(caught.value) == (
        f"Nothing answers at {url}. Check the address and that the server is running."
    )


def test_names_a_host_that_nobody_knows(monkeypatch):
    def lookup(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", lookup)

    with pytest.raises(TransientError, match=r"Nobody knows the host jira\.typo\.example"):
        ApiClient("https://jira.typo.example").post("/issue", {})


def test_says_that_the_other_side_speaks_no_https():
    with (
        ScriptedServer(speaks_no_tls) as server,
        pytest.raises(AddressError, match="does not speak https"),
    ):
        ApiClient(f"https://127.0.0.1:{server.port}", is_private_allowed=True).post("/issue", {})


def test_stops_an_answer_that_never_ends(monkeypatch):
    monkeypatch.setattr(ApiClient, "max_seconds", 0.3)

    with ScriptedServer(dribbles) as server, pytest.raises(TransientError, match="too long"):
        client(server).get("/")


@pytest.mark.parametrize(("method", "error"), [("GET", TransientError), ("PUT", UncertainError)])
def test_stops_a_head_that_never_ends(monkeypatch, method, error):
    monkeypatch.setattr(ApiClient, "max_seconds", 0.3)

    with ScriptedServer(never_ends_its_head) as server, pytest.raises(error, match="too long"):
        client(server).request(method, "/")


def test_uses_a_kept_connection_again_or_a_new_one_where_it_was_closed():
    kept = says(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    with ScriptedServer(kept, kept) as server:
        opened = client(server)
        opened.post("/issue", {})
        time.sleep(0.05)
        opened.post("/issue", {})

        assert server.connections == 2


def test_stops_an_answer_that_is_far_too_large(monkeypatch):
    monkeypatch.setattr(ApiClient, "max_body", 1_000_000)

    with ScriptedServer(floods) as server, pytest.raises(TransientError, match="far too much"):
        client(server).get("/")


def test_follows_a_redirect_of_a_read_and_keeps_credentials_at_home():
    heard = []

    def behave(connection):
        heard.append(read_request(connection))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")

    with (
        ScriptedServer(behave) as other,
        ScriptedServer(answers("303 See Other", b"", Location=f"{other.url}/media")) as server,
        client(server, auth=Auth.bearer("s3cret")).stream("/content/1") as stream,
    ):
        assert stream.read() == b"{}"

    assert b"s3cret" not in heard[0]


def test_sends_credentials_along_a_redirect_within_the_tracker():
    heard = []

    def behave(connection):
        heard.append(read_request(connection))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")

    with ScriptedServer(answers("302 Found", b"", Location="/elsewhere"), behave) as server:
        client(server, auth=Auth.bearer("s3cret")).get("/issue/1")

    assert heard[0].startswith(b"GET /elsewhere HTTP/1.1")
    assert b"Authorization: Bearer s3cret" in heard[0]


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "308 Permanent"])
def test_sends_no_write_along_a_redirect(status):
    with ScriptedServer(answers(status, b"", Location="https://new.example.com/x?t=1")) as server:
        with pytest.raises(AddressError, match=r"sends us on to https://new\.example\.com/x\. "):
            client(server).post("/issue", {"a": 1})

        assert server.connections == 1


def test_checks_where_a_redirect_leads():
    target = "http://169.254.169.254/latest/meta-data"

    with (
        ScriptedServer(answers("302 Found", b"", Location=target)) as server,
        pytest.raises(AddressError, match="never call"),
    ):
        client(server).get("/issue/1")


@pytest.mark.parametrize("target", ["file:///etc/passwd", "http://u:p@127.0.0.1/"])
def test_refuses_a_redirect_to_what_is_no_plain_address(target):
    with (
        ScriptedServer(answers("302 Found", b"", Location=target)) as server,
        pytest.raises(AddressError),
    ):
        client(server).get("/issue/1")


def test_goes_round_in_circles_only_so_often():
    circle = [answers("302 Found", b"", Location="/again")] * 7

    with ScriptedServer(*circle) as server:
        with pytest.raises(AddressError, match="in circles"):
            client(server).get("/again")

        assert server.connections == ApiClient.max_redirects + 1


@responses.activate
def test_refuses_to_fall_back_from_https():
    responses.get(f"{SITE}/x", status=302, headers={"Location": "http://jira.example.com/x"})

    with pytest.raises(AddressError, match="without https"):
        ApiClient(SITE).get("/x")


@responses.activate
def test_says_that_the_address_leads_elsewhere_instead_of_blaming_the_token():
    responses.get("http://jira.example.com/x", status=301, headers={"Location": f"{SITE}/x"})
    responses.get(f"{SITE}/x", status=401, json={})

    with pytest.raises(AddressError, match=r"Enter https://jira\.example\.com"):
        ApiClient("http://jira.example.com", Auth.bearer("t0ken")).get("/x")


@responses.activate
def test_tells_an_observer_of_every_exchange():
    seen = []
    responses.get(f"{SITE}/a", status=302, headers={"Location": "/b"})
    responses.get(f"{SITE}/b", json={})

    ApiClient(SITE, observer=lambda *call: seen.append(call)).get("/a", token="s3cret")

    assert [call[:3] for call in seen] == [("GET", "/a", 302), ("GET", "/b", 200)]
    assert all(call[3] >= 0 for call in seen)


def test_tells_an_observer_of_a_call_without_answer():
    seen = []

    with ScriptedServer(resets) as server, pytest.raises(TransientError):
        client(server, observer=lambda *call: seen.append(call)).get("/a")

    assert seen[0][:3] == ("GET", "/a", None)


@responses.activate
def test_keeps_no_cookies():
    responses.get(f"{SITE}/a", json={}, headers={"Set-Cookie": "JSESSIONID=1; Path=/"})
    opened = ApiClient(SITE)

    opened.get("/a")
    opened.get("/a")

    assert "Cookie" not in responses.calls[1].request.headers


def test_sends_a_file_piece_by_piece_with_its_length():
    heard = []

    def behave(connection):
        heard.append(read_request(connection))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n[]")

    with ScriptedServer(behave) as server:
        form = Multipart("file", 'a"b ü.txt', "text/plain", io.BytesIO(b"x" * 200_000))
        client(server).upload("/attachments", form, {"X-Atlassian-Token": "no-check"})

    head, _, body = heard[0].partition(b"\r\n\r\n")
    assert b"Content-Length: %d" % len(body) in head
    assert body.count(b"x") >= 200_000
    assert 'name="file"; filename="a%22b ü.txt"'.encode() in body


def test_sends_a_file_of_unknown_length_in_chunks():
    class Pipe(io.BytesIO):
        def seekable(self):
            return False

    heard = []

    def behave(connection):
        heard.append(read_request(connection))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n[]")

    with ScriptedServer(behave) as server:
        form = Multipart("file", "a.txt", "text/plain\r\nX: y", Pipe(b"x" * 70_000))
        client(server).upload("/attachments", form)

    assert b"Transfer-Encoding: chunked" in heard[0]
    assert b"application/octet-stream" in heard[0]
    assert b"X: y" not in heard[0]


def test_ends_a_cut_download_in_an_error():
    with (
        ScriptedServer(says(HALF)) as server,
        client(server).stream("/content/1") as stream,
        pytest.raises(TransientError, match="broke off"),
    ):
        stream.read()


def test_ends_a_download_without_end(monkeypatch):
    monkeypatch.setattr(ApiClient, "max_file", 1_000_000)

    with (
        ScriptedServer(floods) as server,
        client(server).stream("/content/1") as stream,
        pytest.raises(TransientError, match="without end"),
    ):
        stream.read()


def test_gives_the_trackers_error_for_a_file_that_is_gone():
    with (
        ScriptedServer(answers("404 Not Found")) as server,
        pytest.raises(GoneError),
        client(server).stream("/content/1"),
    ):
        pytest.fail("there is no file")


def test_refuses_a_token_that_would_break_the_header():
    with pytest.raises(AuthFailedError, match="characters that no token has"):
        Auth.bearer("abc\r\nX-Admin: 1")


def test_shows_no_secret_of_credentials():
    assert "s3cret" not in repr(Auth.basic("ada", "s3cret"))

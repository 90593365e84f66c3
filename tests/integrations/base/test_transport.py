import socket

import pytest

from integrations.base.errors import AddressError, TransientError
from integrations.base.http import ApiClient
from tests.integrations.base.wire import ScriptedServer, answers, read_request

HOSTILE = [
    "http://127.0.0.1",
    "http://127.1",
    "http://127.0.0.1.",
    "http://2130706433",
    "http://0x7f000001",
    "http://0x7f.1",
    "http://017700000001",
    "http://localhost",
    "http://LOCALHOST.",
    "http://[::1]",
    "http://[::ffff:127.0.0.1]",
    "http://[::127.0.0.1]",
    "http://[64:ff9b::7f00:1]",
    "http://[2002:7f00:1::]",
    "http://0",
    "http://0.0.0.0",
    "http://169.254.169.254",
    "http://[::ffff:a9fe:a9fe]",
    "http://[fe80::1]",
    "http://10.0.0.1",
    "http://172.31.255.255",
    "http://192.168.0.1",
    "http://100.64.0.1",
    "http://[fd00::1]",
    "http://224.0.0.1",
    "https://ada:token@127.0.0.1",
    "ftp://127.0.0.1",
]


@pytest.fixture
def opened(monkeypatch):
    """Addresses that a socket was asked to connect to."""
    asked = []
    monkeypatch.setattr(socket.socket, "connect", lambda _, address: asked.append(address))
    return asked


@pytest.fixture
def names(monkeypatch):
    """A resolver whose answers a test lists, one list for each question."""
    script, asked = [], []

    def lookup(host, port, **_):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in script.pop(0)]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    lookup.script, lookup.asked = script, asked
    return lookup


@pytest.mark.parametrize("url", HOSTILE)
def test_opens_no_socket_to_a_hostile_address(url, opened):
    with pytest.raises((AddressError, TransientError)):
        ApiClient(url).get("/rest/api/2/serverInfo")

    assert opened == []


@pytest.mark.parametrize("url", HOSTILE)
def test_says_that_the_address_is_refused_where_it_resolves(url, opened, names):
    names.script.append(["127.0.0.1"])

    with pytest.raises(AddressError):
        ApiClient(url).get("/")


@pytest.mark.parametrize("found", [["127.0.0.1"], ["93.184.215.14", "127.0.0.1"]])
def test_refuses_a_public_name_that_leads_inside(found, opened, names):
    names.script.append(found)

    with pytest.raises(AddressError, match="private network"):
        ApiClient("https://jira.example.com").get("/")

    assert opened == []


def test_refuses_metadata_even_for_a_private_system(opened, names):
    names.script.append(["169.254.169.254"])

    with pytest.raises(AddressError, match="never call"):
        ApiClient("http://jira.internal", is_private_allowed=True).get("/")

    assert opened == []


def test_connects_to_the_address_it_checked_and_asks_no_second_time(names):
    with ScriptedServer(answers("200 OK", b'{"ok": true}')) as server:
        names.script += [["127.0.0.1"], ["169.254.169.254"]]
        client = ApiClient(f"http://rebinding.example:{server.port}", is_private_allowed=True)

        answer = client.get("/")

    assert answer.json() == {"ok": True}
    assert names.asked == ["rebinding.example"]


def test_keeps_the_host_name_and_port_in_the_request(names):
    heard = []

    def behave(connection):
        heard.append(read_request(connection))
        connection.sendall(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")

    with ScriptedServer(behave) as server:
        names.script.append(["127.0.0.1"])
        ApiClient(f"http://jira.internal:{server.port}", is_private_allowed=True).get("/")

    assert f"Host: jira.internal:{server.port}\r\n".encode() in heard[0]


def test_tries_the_next_address_of_a_name(names):
    with ScriptedServer(answers("200 OK")) as server:
        names.script.append(["127.0.0.2", "127.0.0.1"])

        answer = ApiClient(f"http://jira.internal:{server.port}", is_private_allowed=True).get("/")

    assert answer.status == 200


def test_asks_no_proxy_of_the_environment(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")

    with ScriptedServer(answers("200 OK")) as server:
        answer = ApiClient(server.url, is_private_allowed=True).get("/")

    assert answer.status == 200

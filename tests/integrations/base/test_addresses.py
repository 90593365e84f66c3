import socket

import pytest

from integrations.base.addresses import Reach, checked_url, reach, resolve
from integrations.base.errors import AddressError


def answering(*addresses):
    def lookup(host, port, **_):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in addresses]

    return lookup


@pytest.mark.parametrize(
    "address",
    [
        "93.184.215.14",
        "2606:2800:21f:cb07:6820:80da:af6b:8b2c",
        "64:ff9b::5db8:d70e",
        "2002:5db8:d70e::",
    ],
)
def test_lets_public_addresses_pass(address):
    assert reach(address) is Reach.PUBLIC


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.9.10",
        "::1",
        "::ffff:127.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::a00:1",
        "2002:7f00:1::",
        "10.0.0.1",
        "172.16.3.4",
        "192.168.1.1",
        "100.64.0.1",
        "fd12:3456::1",
        "fec0::1",
        "198.18.0.1",
    ],
)
def test_knows_private_addresses_in_every_spelling(address):
    assert reach(address) is Reach.PRIVATE


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "::ffff:169.254.169.254",
        "64:ff9b::a9fe:a9fe",
        "2002:a9fe:a9fe::",
        "fe80::1%eth0",
        "fd00:ec2::254",
        "100.100.100.200",
        "192.0.0.192",
        "168.63.129.16",
        "0.0.0.0",  # noqa: S104 - an address to refuse, nothing is bound
        "::",
        "::ffff:0.0.0.0",
        "224.0.0.1",
        "ff02::1",
        "255.255.255.255",
        "2001:0:7f00:1::",
    ],
)
def test_never_calls_metadata_link_local_or_reserved_addresses(address):
    assert reach(address) is Reach.FORBIDDEN


@pytest.mark.parametrize(
    "url",
    [
        "ftp://jira.example.com",
        "file:///etc/passwd",
        "gopher://127.0.0.1:70/_x",
        "//jira.example.com",
        "jira.example.com",
        "http://",
        "http://jira.example.com:99999",
        "http://jira.example.com:0",
        "http://[::1",
        "https://jira.example.com\\@evil.example",
        "https://jira.example.com\n.evil.example",
        "",
    ],
)
def test_refuses_what_is_no_web_address(url):
    with pytest.raises(AddressError, match="is not a web address"):
        checked_url(url)


def test_refuses_a_user_name_in_the_address_and_does_not_repeat_it():
    with pytest.raises(AddressError, match="holds a user name") as caught:
        checked_url("https://ada:s3cret@jira.example.com/x")

    assert "s3cret" not in str(caught.value)


def test_condemns_a_host_for_one_bad_answer_among_good_ones():
    lookup = answering("93.184.215.14", "10.0.0.1")

    with pytest.raises(AddressError, match="private network"):
        resolve("jira.example.com", 443, is_private_allowed=False, lookup=lookup)


def test_lets_a_private_answer_pass_where_an_administrator_allowed_it():
    lookup = answering("10.0.0.1")

    answers = resolve("jira.internal", 443, is_private_allowed=True, lookup=lookup)

    assert answers[0][4] == ("10.0.0.1", 443)


def test_refuses_metadata_even_where_private_addresses_are_allowed():
    lookup = answering("10.0.0.1", "169.254.169.254")

    with pytest.raises(AddressError, match="never call"):
        resolve("jira.internal", 443, is_private_allowed=True, lookup=lookup)

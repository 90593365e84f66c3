"""Where a request may go: which URLs are plain, which addresses are public."""

import socket
from collections.abc import Callable, Sequence
from enum import Enum
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any
from urllib.parse import SplitResult, urlsplit

from integrations.base.errors import AddressError

Answer = tuple[int, int, int, str, tuple[Any, ...]]
Lookup = Callable[..., Sequence[Answer]]

_NAT64 = ip_network("64:ff9b::/96")
_LOCAL_NAT64 = ip_network("64:ff9b:1::/48")
_COMPATIBLE = ip_network("::/96")
# No tracker lives there, on-premise or not: link-local and the clouds' metadata services.
_NEVER = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",
        "169.254.0.0/16",
        "192.0.0.0/24",
        "100.100.100.200/32",
        "168.63.129.16/32",
        "240.0.0.0/4",
        "fe80::/10",
        "fd00:ec2::/32",
        "2001::/32",
    )
)


class Reach(Enum):
    """How far an address can be reached from."""

    PUBLIC = 1
    PRIVATE = 2
    FORBIDDEN = 3


def reach(text: str) -> Reach:
    """Judge an address, and the IPv4 address that an IPv6 form hides."""
    address = ip_address(text.partition("%")[0])
    if address.is_loopback:
        return Reach.PRIVATE
    if address.is_multicast or any(address in network for network in _NEVER):
        return Reach.FORBIDDEN
    if isinstance(address, IPv6Address):
        return _reach_of_ipv6(address)
    return Reach.PUBLIC if address.is_global else Reach.PRIVATE


def _reach_of_ipv6(address: IPv6Address) -> Reach:
    if address.is_unspecified:
        return Reach.FORBIDDEN
    hidden = _hidden_ipv4(address)
    if hidden is not None:
        return reach(str(hidden))
    is_public = address.is_global and not address.is_site_local and address not in _LOCAL_NAT64
    return Reach.PUBLIC if is_public else Reach.PRIVATE


def _hidden_ipv4(address: IPv6Address) -> IPv4Address | None:
    if address in _NAT64 or address in _LOCAL_NAT64 or address in _COMPATIBLE:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def checked_url(url: str) -> SplitResult:
    """Split an http(s) URL without user name or odd characters; refuse any other."""
    if any(character.isspace() or character in "\\\x00" for character in url):
        raise AddressError(f"{url!r} is not a web address.", fix="Remove blanks and backslashes.")
    try:
        parts = urlsplit(url)
        is_plain = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        is_plain, parts = False, SplitResult("http", "", "", "", "")
    if not is_plain or parts.scheme not in {"http", "https"}:
        raise AddressError(
            f"{_without_userinfo(url)} is not a web address.",
            fix="It starts with https:// or http://.",
        )
    if parts.username is not None or parts.password is not None:
        raise AddressError(
            f"The address {_without_userinfo(url)} holds a user name.",
            fix="Give user name and token in their own fields.",
        )
    return parts


def _without_userinfo(url: str) -> str:
    scheme, separator, rest = url.rpartition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}"


def resolve(
    host: str, port: int, *, is_private_allowed: bool, lookup: Lookup | None = None
) -> Sequence[Answer]:
    """Ask once for a host's addresses; one bad answer among good ones condemns them all."""
    answers = (lookup or socket.getaddrinfo)(host, port, type=socket.SOCK_STREAM)
    worst = max((reach(answer[4][0]) for answer in answers), key=lambda found: found.value)
    if worst is Reach.FORBIDDEN:
        raise AddressError(
            f"{host} is an address that we never call (link-local, metadata or reserved).",
            fix="Enter the tracker's own address.",
        )
    if worst is Reach.PRIVATE and not is_private_allowed:
        raise AddressError(
            f"{host} is an address inside a private network.",
            fix="An administrator can allow private addresses for this system.",
        )
    return answers

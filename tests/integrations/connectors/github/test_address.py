import pytest

from integrations.base.errors import AddressError
from integrations.connectors.github.address import api_of


@pytest.mark.parametrize(
    ("address", "api"),
    [
        ("https://github.com", "https://api.github.com"),
        ("https://www.github.com/acme/shop/", "https://api.github.com"),
        ("https://api.github.com", "https://api.github.com"),
        ("https://acme.ghe.com", "https://api.acme.ghe.com"),
        ("https://api.acme.ghe.com/", "https://api.acme.ghe.com"),
        ("https://git.example.com", "https://git.example.com/api/v3"),
        ("https://git.example.com:8443/api/v3/", "https://git.example.com:8443/api/v3"),
        ("http://127.0.0.1:4001", "http://127.0.0.1:4001"),
        ("http://localhost:4001/api/v3/", "http://localhost:4001/api/v3"),
    ],
)
def test_finds_the_api(address, api):
    assert api_of(address) == api


def test_refuses_what_is_no_address():
    with pytest.raises(AddressError):
        api_of("github.com")

"""What all tests share."""

import os

import pytest
from rest_framework.test import APIClient

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's sync API runs a loop
pytest_plugins = ["tests.cast", "tests.threads", "tests.browser"]


@pytest.fixture(autouse=True)
def private_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def unpaced(settings):
    """Call the sandbox trackers as fast as they answer; tests of the pace switch it on."""
    settings.SYNC_RATE_BUDGETS = False


@pytest.fixture
def page_of(client):
    """Return a browser-like client that is signed in as somebody."""

    def signed_in(user):
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def api_of():
    """Return an API client that acts as somebody."""

    def signed_in(user):
        client = APIClient()
        client.force_authenticate(user)
        return client

    return signed_in

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


def pytest_terminal_summary(terminalreporter):
    """Say what the sweeps of the sync did."""
    reports = terminalreporter.stats.get("passed", []) + terminalreporter.stats.get("failed", [])
    told = [text for one in reports for name, text in one.user_properties if name == "sweep"]
    if told:
        terminalreporter.section("sweeps of the sync")
    for text in sorted(told):
        terminalreporter.line(text)

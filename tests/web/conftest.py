"""A real browser: the system's Chromium, headless."""

import os
import shutil

import pytest
from playwright.sync_api import sync_playwright

PASSWORD = "correct horse"


def _executable():
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None and os.environ.get("CI") == "true":
        pytest.fail("There is no Chromium here, and the browser tests need one.")
    if found is None:
        pytest.skip("There is no Chromium here.")
    return found


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_executable(), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def tab(chromium):
    """A page of a fresh browser, with no memory of others."""
    context = chromium.new_context()
    yield context.new_page()
    context.close()


@pytest.fixture
def complaints(tab):
    """What the browser says against a page: errors, and violations of the security policy."""
    found = []
    tab.on("console", lambda m: found.append(m.text) if m.type in {"error", "warning"} else None)
    tab.on("pageerror", lambda error: found.append(str(error)))
    return found


@pytest.fixture
def signed_in(live_server, tab, complaints):
    """Return a function that signs somebody in as people do, and gives the browser's page."""

    def sign_in(user):
        user.set_password(PASSWORD)
        user.save()
        tab.goto(f"{live_server.url}/accounts/login/")
        tab.get_by_label("Username or e-mail").fill(user.username)
        tab.get_by_label("Password").fill(PASSWORD)
        tab.get_by_role("button", name="Sign in").click()
        tab.wait_for_url("**/projects/")
        return tab

    return sign_in

"""Headless Chromium against the whole product; skipped visibly where there is none, never in CI."""

import os
import shutil

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test.testcases import LiveServerThread
from playwright.sync_api import expect, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PASSWORD = "correct horse"
expect.set_options(timeout=20_000)  # a loaded machine is slow, not wrong


def _executable():
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        missing = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        missing("There is no Chromium here; install one, or name it in CHROMIUM.")
    return found


@pytest.fixture(scope="session")
def chromium():
    """One browser for all tests of a process; each test gets a context of its own."""
    executable = _executable()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGS)
        yield browser
        browser.close()


@pytest.fixture
def context(chromium):
    """A fresh browser, with no memory of others."""
    context = chromium.new_context()
    yield context
    context.close()


@pytest.fixture
def tab(context):
    return context.new_page()


@pytest.fixture
def complaints(tab):
    """What the browser says against a page: errors, and violations of the security policy."""
    found = []
    tab.on("console", lambda m: found.append(m.text) if m.type in {"error", "warning"} else None)
    tab.on("pageerror", lambda error: found.append(str(error)))
    return found


@pytest.fixture
def site(threads_database):
    """The address of the product, served by threads with connections of their own."""
    server = LiveServerThread("127.0.0.1", StaticFilesHandler)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    yield f"http://127.0.0.1:{server.port}"
    server.terminate()


@pytest.fixture
def browser_of(context, client, site):
    """Return a page of the browser that is signed in as somebody."""

    def signed_in(user):
        client.force_login(user)
        cookie = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": cookie, "url": site}])
        return context.new_page()

    return signed_in


@pytest.fixture
def signed_in(site, tab, complaints):
    """Return a function that signs somebody in as people do, and gives the browser's page."""

    def sign_in(user):
        user.set_password(PASSWORD)
        user.save()
        tab.goto(f"{site}/accounts/login/")
        tab.get_by_label("Username or e-mail").fill(user.username)
        tab.get_by_label("Password").fill(PASSWORD)
        tab.get_by_role("button", name="Sign in").click()
        tab.wait_for_url("**/projects/")
        return tab

    return sign_in

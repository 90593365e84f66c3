"""The main job as a tester does it: real browser, real worker, sandbox Jira over real HTTP."""

import re

import pytest
from playwright.sync_api import expect

from tests.flows.installation import Ken

pytestmark = [pytest.mark.flow, pytest.mark.browser]


@pytest.fixture
def tester(installation, tab, complaints):
    tab.set_viewport_size({"width": 1440, "height": 900})
    tab.goto(installation.url)
    tab.get_by_label("Username or e-mail").fill("demo")
    tab.get_by_label("Password").fill(installation.keys["password"])
    tab.get_by_role("button", name="Sign in").click()
    tab.wait_for_url("**/projects/**")
    yield tab
    assert complaints == []


def _browse(tab):
    """Go to the cases that came from TestRail and open one with the keyboard."""
    tab.get_by_role("link", name="Web Shop").first.click()
    tab.get_by_role("link", name="Cases", exact=True).first.click()
    expect(tab.get_by_role("link", name="Sign in with a valid password")).to_be_visible()
    tab.keyboard.press("j")
    tab.keyboard.press("Enter")
    expect(tab.get_by_role("heading", name="Sign in with a valid password")).to_be_visible()


def _run(tab):
    """Start a run of everything, pass the first case with one key, fail the second."""
    tab.get_by_role("link", name="Runs", exact=True).first.click()
    tab.get_by_role("link", name="New run").click()
    tab.get_by_label("Name").fill("Release 2.5")
    tab.get_by_role("button", name="Start").click()
    expect(tab.get_by_role("button", name="Pause the timer")).to_be_visible()
    tab.keyboard.press("p")
    expect(tab.get_by_text(re.compile(r"^2 of \d+$"))).to_be_visible()
    tab.keyboard.press("f")
    expect(tab.get_by_role("textbox", name="Comment")).to_be_focused()
    tab.keyboard.type("The page answers 500")
    tab.keyboard.press("Escape")
    tab.keyboard.press("d")


def _report(tab):
    """Create the defect that the failure suggests; return its address."""
    expect(tab.get_by_label("Title")).to_have_value(re.compile("The page answers 500"))
    tab.get_by_role("button", name="Create defect").click()
    tab.wait_for_url(re.compile(r"/defects/\d+/$"))
    return tab.url


def test_a_failed_case_becomes_an_issue_whose_news_come_back(installation, tester):
    _browse(tester)
    _run(tester)
    address = _report(tester)

    tester.get_by_role("button", name="Sync with Jira").click()
    issue = tester.get_by_role("link", name=re.compile(r"^ENG-\d+$"))
    expect(issue).to_be_visible()
    key = issue.inner_text()
    _change_in_jira(tester, installation, key)
    tester.goto(address)
    tester.get_by_role("button", name="Refresh").click()

    expect(tester.get_by_text("Reproduced on rc3.")).to_be_visible()
    expect(tester.locator(".meta").get_by_text("In progress")).to_be_visible()
    assert Ken(installation).issue(key)["status"]["name"] == "In Progress"


def _change_in_jira(tab, installation, key):
    """Use the sandbox's own page as a developer would."""
    tab.goto(f"{installation.sandbox_url}/browse/{key}")
    tab.get_by_role("button", name=re.compile("Start work")).click()
    tab.get_by_role("textbox", name=re.compile("comment", re.IGNORECASE)).fill("Reproduced on rc3.")
    tab.get_by_role("button", name=re.compile("comment", re.IGNORECASE)).click()
    expect(tab.get_by_text("Reproduced on rc3.")).to_be_visible()

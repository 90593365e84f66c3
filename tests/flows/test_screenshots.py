"""Pictures of every page, light, dark and narrow: for people to look at, in `screenshots/`."""

import pytest

from tests.flows.installation import ROOT

pytestmark = [pytest.mark.screenshots, pytest.mark.browser]
FOLDER = ROOT / "screenshots"
LOOKS = {
    "light": {"color_scheme": "light", "viewport": {"width": 1440, "height": 900}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1440, "height": 900}},
    "narrow": {"color_scheme": "light", "viewport": {"width": 390, "height": 844}},
}
PAGES = {
    "projects": "/projects/",
    "project": "/projects/SHOP/",
    "cases": "/projects/SHOP/cases/",
    "case": "/cases/1/",
    "case-editor": "/cases/1/edit/",
    "case-history": "/cases/1/history/",
    "runs": "/projects/SHOP/runs/",
    "run-new": "/projects/SHOP/runs/new/",
    "run": "/runs/1/",
    "defects": "/projects/SHOP/defects/",
    "defect-new": "/projects/SHOP/defects/new/",
    "settings": "/projects/SHOP/settings/",
    "members": "/projects/SHOP/settings/members/",
    "integrations": "/projects/SHOP/settings/integrations/",
    "integration-new": "/projects/SHOP/settings/integrations/new/jira/",
    "moving-in": "/migrations/?project=SHOP",
    "jobs": "/jobs/",
    "profile": "/profile/",
    "tokens": "/profile/tokens/",
    "search": "/search/?q=password",
    "moving-in-new": "/migrations/new/?project=SHOP",
}


@pytest.fixture(scope="module")
def defect(embedded):
    """A defect that is in step with its issue."""
    body = {
        "title": "500 on login after a password reset",
        "description": "Sign in with a locked account. The page answers **500**.",
        "priority": "high",
        "labels": ["login", "security"],
        "build": "2.4.0-rc3",
    }
    made = embedded.call("POST", "/defects", json=body)
    embedded.call("POST", f"/defects/{made['id']}/comments", json={"body": "Seen again on rc3."})
    embedded.call("POST", f"/defects/{made['id']}/sync")
    embedded.synced(made["id"])
    return made["id"]


def _first(embedded, path):
    return embedded.call("GET", path)["results"][0]["id"]


def _tracker(embedded):
    return embedded.call("GET", "/connections")["results"][0]["b"]["system"]


@pytest.mark.parametrize("look", LOOKS)
def test_takes_pictures_of_every_page(embedded, chromium, defect, look):
    FOLDER.mkdir(exist_ok=True)
    context = chromium.new_context(**LOOKS[look])
    tab = context.new_page()
    tab.goto(f"{embedded.url}/accounts/login/")
    tab.screenshot(path=FOLDER / f"login-{look}.png")
    tab.get_by_label("Username or e-mail").fill("demo")
    tab.get_by_label("Password").fill(embedded.keys["password"])
    tab.get_by_role("button", name="Sign in").click()
    tab.wait_for_url("**/projects/**")
    pages = {
        **PAGES,
        "defect": f"/defects/{defect}/",
        "integration": f"/integrations/{_first(embedded, '/connections')}/",
        "webhook": f"/projects/SHOP/settings/integrations/systems/{_tracker(embedded)}/hook/",
        "import": f"/migrations/{_first(embedded, '/migrations')}/",
        "import-log": f"/migrations/{_first(embedded, '/migrations')}/log/",
        "job": f"/jobs/{_first(embedded, '/jobs')}/",
    }

    seen = {}
    for name, path in pages.items():
        answer = tab.goto(embedded.url + path)
        tab.wait_for_load_state("networkidle")
        tab.screenshot(path=FOLDER / f"{name}-{look}.png", full_page=look == "narrow")
        seen[name] = answer.status

    context.close()
    assert {name: status for name, status in seen.items() if status != 200} == {}

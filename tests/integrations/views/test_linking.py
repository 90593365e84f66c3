"""Finding an item of a tracker and linking it: by pointer, by keyboard, without script."""

import pytest
from playwright.sync_api import expect

from integrations.models import Link, LinkEnd
from tests.integrations.views.test_systems import plain


@pytest.fixture
def issue(cloud):
    return cloud.as_human("ken").create("ENG", "Bug", summary="Login fails in Firefox")


@pytest.fixture
def url(connection, defect):
    return f"/sync/defects/{defect.pk}/connections/{connection.pk}/find/"


def test_finds_by_words_and_by_key(url, issue, tom, page_of):
    page = page_of(tom)

    by_words, by_key = plain(page.get(f"{url}?q=firefox")), plain(page.get(f"{url}?q={issue.key}"))

    assert f'value="{issue.key}"' in by_words
    assert "Login fails in Firefox" in by_key


def test_says_where_it_found_nothing(url, tom, page_of):
    shown = plain(page_of(tom).get(f"{url}?q=unicorn", headers={"HX-Request": "true"}))

    assert "Nothing found in Engineering (ENG) for “unicorn”." in shown
    assert "<html" not in shown


def test_an_outage_is_told_in_words(url, cloud, tom, page_of):
    cloud.go_down()

    assert 'role="alert"' in plain(page_of(tom).get(f"{url}?q=login"))


def test_viewers_and_strangers_find_nothing(url, issue, vera, sam, page_of):
    assert page_of(vera).get(f"{url}?q=firefox").status_code == 403
    assert page_of(sam).get(f"{url}?q=firefox").status_code == 404


@pytest.mark.browser
def test_links_by_keyboard_alone(defect, connection, issue, tom, browser_of, site):
    tab = browser_of(tom)
    tab.goto(f"{site}/defects/{defect.pk}/")
    opener = tab.get_by_role("button", name="Link existing…")
    expect(opener).to_be_visible()

    opener.focus()
    tab.keyboard.press("Enter")
    tab.keyboard.type("firefox")
    found = tab.get_by_role("button", name=issue.key)
    expect(found).to_be_visible()
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")

    expect(tab.get_by_role("link", name=issue.key).first).to_be_visible()
    assert LinkEnd.objects.get(side="b").key == issue.key
    assert Link.objects.get().state == Link.State.ACTIVE

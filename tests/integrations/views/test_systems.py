"""Connecting a tracker with a form, from nothing; and using again what is known."""

import json

import pytest

from integrations.models import Connection, System
from integrations.sandbox.gate import Outage
from tests.factories.projects import MembershipFactory, ProjectFactory
from tests.integrations.conftest import ENG, JIRA_TOKEN, OPS

LIST = "/projects/SHOP/settings/integrations/"


def plain(answer):
    return " ".join(answer.content.decode().split())


@pytest.fixture
def typed(cloud):
    return {
        "base_url": cloud.url,
        "username": "sync@example.com",
        "token": JIRA_TOKEN,
        "name": "Jira",
        "is_private_allowed": "on",
    }


@pytest.fixture
def root(ada):
    ada.is_superuser = True
    ada.save()
    return ada


def test_the_whole_way_from_nothing(shop, root, typed, page_of):
    page = page_of(root)

    chosen = page.post(f"{LIST}new/jira/", typed, follow=True)
    where = chosen.request["PATH_INFO"]
    done = page.post(where, {"scope": ENG}, follow=True)

    assert "Signed in as Test Platform." in plain(chosen)
    assert "Operations (OPS)" in plain(chosen)
    assert "Web Shop and Engineering (ENG)" in plain(done)
    assert "Not switched on yet" in plain(done)
    assert Connection.objects.get().status == Connection.Status.DRAFT


def test_a_private_address_is_refused_in_words_to_everybody_else(shop, ada, typed, page_of):
    answer = page_of(ada).post(f"{LIST}new/jira/", typed, follow=True)

    assert "is an address inside a private network" in plain(answer)
    assert "administrator can allow private addresses" in plain(answer)
    assert "Change address or credentials" in plain(answer)
    assert not System.objects.get(kind="jira").is_private_allowed


def test_a_wrong_address_is_told_in_words(shop, root, typed, page_of):
    answer = page_of(root).post(
        f"{LIST}new/jira/", typed | {"base_url": "http://127.0.0.1:9"}, follow=True
    )

    assert "Nothing answers at http://127.0.0.1:9." in plain(answer)
    assert "Check the address" in plain(answer)


def test_a_wrong_token_is_told_in_words_and_can_be_replaced(shop, root, typed, page_of):
    page = page_of(root)
    refused = page.post(f"{LIST}new/jira/", typed | {"token": "wrong"}, follow=True)
    system = System.objects.get(kind="jira")

    answer = page.post(f"{LIST}systems/{system.pk}/edit/", typed, follow=True)

    assert "Jira does not accept our credentials." in plain(refused)
    assert "Which project there?" in plain(answer)


def test_a_taken_name_stands_at_its_field(tracker, root, typed, page_of):
    answer = page_of(root).post(f"{LIST}new/jira/", typed | {"name": "Our Jira"})

    assert answer.status_code == 422
    assert "Another system has this name." in plain(answer)
    assert JIRA_TOKEN not in plain(answer)


def test_a_second_project_uses_the_known_tracker(connection, tracker, ada, cloud, page_of):
    page = page_of(ada)

    offered = plain(page.get(LIST))
    shown = plain(page.get(f"{LIST}systems/{tracker.pk}/"))
    page.post(f"{LIST}systems/{tracker.pk}/", {"scope": OPS})

    assert f"{LIST}systems/{tracker.pk}/" in offered
    assert f'<option value="{ENG}"' not in shown
    assert System.objects.filter(kind="jira").count() == 1
    assert {one.name for one in Connection.objects.all()} == {"Our Jira", "Our Jira 2"}


def test_another_project_of_its_administrator_uses_it_too(connection, tracker, ada, page_of):
    other = ProjectFactory(key="APP")
    MembershipFactory(project=other, user=ada, role="admin")

    shown = plain(page_of(ada).get("/projects/APP/settings/integrations/"))

    assert f"/systems/{tracker.pk}/" in shown


def test_who_administers_nothing_that_uses_it_never_sees_it(connection, tracker, sam, page_of):
    other = ProjectFactory(key="APP")
    MembershipFactory(project=other, user=sam, role="admin")
    page = page_of(sam)

    shown = plain(page.get("/projects/APP/settings/integrations/"))

    assert "Our Jira" not in shown
    for part in ("", "edit/"):
        url = f"/projects/APP/settings/integrations/systems/{tracker.pk}/{part}"
        assert page.get(url).status_code == 404


def test_where_all_is_connected_it_says_so(connection, tracker, ada, cloud, page_of):
    cloud.change_account("sync", {"hidden_projects": ["OPS"]})

    shown = plain(page_of(ada).get(f"{LIST}systems/{tracker.pk}/"))

    assert "sees no project there that Web Shop is not connected to yet" in shown


def test_an_odd_scope_is_refused(tracker, ada, page_of):
    answer = page_of(ada).post(f"{LIST}systems/{tracker.pk}/", {"scope": "999"})

    assert answer.status_code == 422
    assert not Connection.objects.exists()


def test_credentials_are_replaced_and_tested(connection, tracker, ada, cloud, page_of):
    cloud.change_account("sync", {"token": "fresh"})
    sent = {"base_url": cloud.url, "username": "sync@example.com", "token": "fresh"}

    answer = page_of(ada).post(f"{LIST}systems/{tracker.pk}/edit/", sent, follow=True)

    tracker.refresh_from_db()
    assert answer.request["PATH_INFO"] == f"/integrations/{connection.pk}/"
    assert "all checks passed" in plain(answer)
    assert json.loads(tracker.credentials)["token"] == "fresh"
    assert tracker.status == System.Status.OK
    assert tracker.is_private_allowed


def test_an_empty_token_keeps_the_stored_one(connection, tracker, ada, cloud, page_of):
    sent = {"base_url": cloud.url, "username": "sync@example.com", "token": ""}

    page_of(ada).post(f"{LIST}systems/{tracker.pk}/edit/", sent)

    tracker.refresh_from_db()
    assert json.loads(tracker.credentials)["token"] == JIRA_TOKEN


def test_a_stored_token_never_goes_to_another_address(connection, tracker, ada, page_of):
    sent = {"base_url": "https://evil.example", "username": "sync@example.com", "token": ""}

    answer = page_of(ada).post(f"{LIST}systems/{tracker.pk}/edit/", sent)

    tracker.refresh_from_db()
    assert answer.status_code == 422
    assert "enter it again, because the address changed" in plain(answer)
    assert tracker.base_url != "https://evil.example"


def test_a_tracker_that_is_down_keeps_its_way_back(tracker, cloud, ada, page_of):
    cloud.go_down(Outage.UNAVAILABLE)

    answer = page_of(ada).get(f"{LIST}systems/{tracker.pk}/")

    tracker.refresh_from_db()
    assert "Test again" in plain(answer)
    assert "Which project there?" not in plain(answer)
    assert tracker.status == System.Status.OK


# -- guide and webhook


@pytest.mark.parametrize("kind", ["jira", "github", "azure_devops"])
def test_whoever_connects_reads_how_to_set_it_up(shop, ada, page_of, kind):
    shown = plain(page_of(ada).get(f"{LIST}new/{kind}/"))

    assert "How to set up" in shown
    assert "token" in shown


def test_github_asks_for_the_branch_of_links(shop, ada, page_of):
    assert 'name="branch"' in plain(page_of(ada).get(f"{LIST}new/github/"))


def test_a_webhook_secret_is_shown_once_with_its_address(connection, tracker, ada, page_of):
    page, url = page_of(ada), f"{LIST}systems/{tracker.pk}/hook/"

    before, made, later = page.get(url), page.post(url), page.get(url)

    secret = System.objects.get(pk=tracker.pk).hook_secret
    assert "Make a secret" in plain(before)
    assert f'value="{secret}"' in plain(made)
    assert f"/api/hooks/in/{tracker.pk}/token/{secret}" in plain(made)
    assert made["Cache-Control"] == "no-store"
    assert secret not in plain(later)
    assert "Make a new secret" in plain(later)


def test_a_tester_sees_no_webhook(connection, tracker, tom, page_of):
    url = f"{LIST}systems/{tracker.pk}/hook/"

    assert page_of(tom).get(url).status_code == 403
    assert page_of(tom).post(url).status_code == 403
    assert System.objects.get(pk=tracker.pk).hook_secret == ""

"""Settings of a connection: for administrators, in words, without a secret on any page."""

import pytest

from integrations import services
from integrations.models import Connection, SyncTask, System
from integrations.sandbox.gate import Outage
from tests.integrations.conftest import ENG, JIRA_TOKEN

HTMX = {"HX-Request": "true"}
LIST = "/projects/SHOP/settings/integrations/"


def plain(answer):
    return " ".join(answer.content.decode().split())


@pytest.fixture
def here(connection):
    return f"/integrations/{connection.pk}/"


@pytest.fixture
def document(connection):
    return connection.versions.get(state="published").rules


def test_without_a_tracker_the_list_says_what_to_do(shop, ada, page_of):
    shown = plain(page_of(ada).get(LIST))

    assert "No tracker yet" in shown
    assert f"{LIST}new/jira/" in shown
    assert "memory" not in shown.lower()


def test_lists_connections_with_their_switch(connection, ada, page_of):
    shown = plain(page_of(ada).get(LIST))

    assert "Engineering (ENG)" in shown
    assert "Switch off" in shown
    assert "Our Jira" in shown


def test_switches_off_and_on(connection, here, ada, page_of):
    page = page_of(ada)

    page.post(f"{here}switch/", {"to": "off"})
    assert Connection.objects.get().status == "paused"
    page.post(f"{here}switch/", {"to": "on"})
    assert Connection.objects.get().status == "active"


def test_shows_mapping_health_and_log(linked, here, ada, page_of):
    shown = plain(page_of(ada).get(here))

    assert "Field mapping" in shown
    assert "Summary *" in shown
    assert "Values of Status" in shown
    assert "Created ENG-" in shown


def test_saves_a_mapping_as_the_next_version(connection, here, document, ada, page_of):
    sent = {"priority.dir": "off", "comments": "1", "comments.b_to_a": "on"}

    answer = page_of(ada).post(f"{here}mapping/", sent, follow=True)

    rules = connection.versions.get(state="published").rules
    assert "Saved as version 2" in plain(answer)
    assert [one["id"] for one in rules["fields"]] == [
        one["id"] for one in document["fields"] if one["id"] != "priority"
    ]
    assert rules["comments"]["a_to_b"] is False


def test_a_mapping_with_a_clash_comes_back_with_its_answers(connection, here, ada, page_of):
    sent = {"build.dir": "both", "build.to": "summary", "build.conflict": "prefer_b"}

    answer = page_of(ada).post(f"{here}mapping/", sent)

    assert answer.status_code == 422
    assert "Title and Build go to Summary together" in plain(answer)
    assert connection.versions.count() == 1


def test_fields_of_a_tracker_that_is_down_are_told_in_words(cloud, here, ada, page_of):
    cloud.go_down(Outage.UNAVAILABLE)

    answer = page_of(ada).get(here)

    assert answer.status_code == 200
    assert "fields cannot be read now" in plain(answer)


def test_a_tracker_that_refused_us_is_not_called_for_its_fields(cloud, here, ada, page_of):
    System.objects.filter(kind="jira").update(status="auth", status_message="Refused us.")
    before = len(cloud.calls())

    shown = plain(page_of(ada).get(here))

    assert "Refused us." in shown
    assert "goes on once the test" in shown
    assert len(cloud.calls()) == before


def test_a_mapping_is_not_saved_while_the_fields_cannot_be_read(
    cloud, connection, here, ada, page_of
):
    cloud.go_down(Outage.UNAVAILABLE)

    answer = page_of(ada).post(f"{here}mapping/", {"title.dir": "off"})

    assert "cannot be read now" in plain(answer)
    assert connection.versions.count() == 1


def test_a_test_shows_what_passed(here, ada, page_of):
    shown = plain(page_of(ada).post(f"{here}test/", headers=HTMX))

    assert "Signed in as Test Platform." in shown
    assert "may create issues in ENG" in shown
    assert "Failed:" not in shown


def test_a_test_says_how_to_mend_what_failed(cloud, here, ada, page_of):
    cloud.change_account("sync", {"hidden_projects": ["ENG"]})

    shown = plain(page_of(ada).post(f"{here}test/", headers=HTMX))

    assert "There is no project" in shown
    assert "Browse projects" in shown


def test_a_test_without_script_tells_in_one_sentence(here, ada, page_of):
    answer = page_of(ada).post(f"{here}test/", follow=True)

    assert "Signed in as Test Platform; all checks passed." in plain(answer)


def test_a_failed_test_of_a_tracker_that_is_down_does_not_stop_the_sync(
    cloud, tracker, here, ada, page_of
):
    cloud.go_down(Outage.UNAVAILABLE)
    System.objects.filter(kind="jira").update(status="down")

    page_of(ada).post(f"{here}test/", headers=HTMX)

    tracker.refresh_from_db()
    assert tracker.status == System.Status.DOWN
    assert tracker.breaker_until is not None


def test_disconnecting_asks_first_and_keeps_every_item(linked, here, cloud, ada, page_of):
    page, key = page_of(ada), "ENG-1"

    asked = plain(page.get(f"{here}remove/"))
    assert Connection.objects.exists()
    page.post(f"{here}remove/")

    assert "1 link and the mapping are forgotten" in asked
    assert not Connection.objects.exists()
    assert cloud.as_human("ken").issue(key).values["summary"] == "Login fails"


def test_what_was_given_up_can_be_tried_again(linked, connection, here, ada, page_of):
    task = SyncTask.objects.get(link__isnull=False)
    SyncTask.objects.filter(pk=task.pk).update(state="dead", error="Died of old age.")

    shown = plain(page_of(ada).get(here))
    page_of(ada).post(f"/integrations/tasks/{task.pk}/replay/")

    assert "Died of old age." in shown
    assert SyncTask.objects.get(pk=task.pk).state == "ready"


def test_only_administrators_configure(linked, here, tracker, tom, vera, page_of):
    pages = [LIST, here, f"{LIST}new/jira/", f"{LIST}systems/{tracker.pk}/", f"{here}remove/"]
    posts = [f"{here}{name}/" for name in ("mapping", "switch", "test", "remove")]

    for user in (tom, vera):
        page = page_of(user)
        assert {page.get(url).status_code for url in pages} == {403}
        assert {page.post(url).status_code for url in posts} == {403}


def test_strangers_find_nothing(linked, here, tracker, sam, page_of):
    page, task = page_of(sam), SyncTask.objects.first()
    pages = [LIST, here, f"{LIST}new/jira/", f"{LIST}systems/{tracker.pk}/", f"{here}remove/"]
    posts = [f"{here}{name}/" for name in ("mapping", "switch", "test", "remove")]
    posts.append(f"/integrations/tasks/{task.pk}/replay/")

    assert {page.get(url).status_code for url in pages} == {404}
    assert {page.post(url).status_code for url in posts} == {404}


def test_unknown_things_are_not_found(shop, ada, page_of):
    odd = "00000000-0000-4000-8000-000000000000"
    page = page_of(ada)

    assert page.get(f"/integrations/{odd}/").status_code == 404
    assert page.get(f"{LIST}systems/{odd}/").status_code == 404
    assert page.get(f"{LIST}new/nonsense/").status_code == 404
    assert page.get(f"{LIST}new/platform/").status_code == 404
    assert page.post(f"/integrations/tasks/{odd}/replay/").status_code == 404


def test_pages_take_few_statements(linked, here, ada, page_of, django_assert_max_num_queries):
    page = page_of(ada)

    with django_assert_max_num_queries(12):
        page.get(LIST)


def test_no_secret_reaches_a_page(linked, here, tracker, ada, page_of):
    page = page_of(ada)
    urls = [LIST, here, f"{LIST}systems/{tracker.pk}/", f"{LIST}systems/{tracker.pk}/edit/"]

    assert not any(JIRA_TOKEN in plain(page.get(url)) for url in urls)
    assert JIRA_TOKEN not in plain(page.post(f"{here}test/", headers=HTMX))


def test_no_secret_is_in_a_repr(tracker):
    new = services.NewSystem("jira", "Jira", "https://jira.example", {"token": JIRA_TOKEN})
    access = services.Access("https://jira.example", {"token": JIRA_TOKEN})

    assert JIRA_TOKEN not in f"{new!r} {access!r} {tracker!r} {tracker}"


def test_the_default_scope_is_by_id(connection):
    assert connection.endpoints.get(side="b").scope == ENG

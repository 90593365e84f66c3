"""The sync panel of a case, and linking by hand."""

import pytest

from integrations import services
from integrations.models import Link, LinkEnd
from tests.factories.cases import CaseFactory
from tests.integrations.services.test_cases import FIELDS

HTMX = {"HX-Request": "true"}


@pytest.fixture
def case(shop):
    return CaseFactory(project=shop, title="Sign in")


@pytest.fixture
def with_cases(connection, ada):
    rules = connection.versions.get(state="published").rules
    fields = [{**field, "first_sync": "fill"} for field in FIELDS]
    document = {**rules, "types": [{"a": "Test Case", "b": "Task"}], "fields": fields}
    services.publish_rules(user=ada, connection_id=connection.pk, document=document)
    return connection


def plain(answer):
    return " ".join(answer.content.decode().split())


@pytest.fixture
def panel(page_of, case):
    def ask(user, part="", **sent):
        url, page = f"/sync/testcases/{case.pk}/{part}", page_of(user)
        return page.post(url, sent, headers=HTMX) if sent or part else page.get(url, headers=HTMX)

    return ask


def test_the_page_of_a_case_fetches_its_panel_and_log(page_of, case, tom):
    body = page_of(tom).get(f"/cases/{case.pk}/").content.decode()

    assert f'hx-get="/sync/testcases/{case.pk}/"' in body
    assert f'hx-get="/sync/testcases/{case.pk}/log/"' in body


def test_a_case_is_synced_refreshed_and_unlinked(with_cases, panel, tom, minute):
    assert "Not synced yet" in plain(panel(tom))

    assert "Syncing with Jira" in plain(panel(tom, "sync/", what="sync"))
    minute()
    shown = plain(panel(tom))
    assert "ENG-1" in shown
    assert "Refresh" in shown
    shown = plain(panel(tom, f"connections/{with_cases.pk}/unlink/"))

    assert "no longer kept in step" in shown
    assert Link.objects.get().state == Link.State.UNLINKED


def test_a_case_is_linked_to_an_issue_that_exists(with_cases, panel, tom, cloud, minute):
    issue = cloud.as_human("ken").create("ENG", "Task", summary="Sign in, by hand")

    panel(tom, f"connections/{with_cases.pk}/link/", there=issue.key)
    minute()

    assert LinkEnd.objects.get(side="b").item_id == issue.id
    assert issue.key in plain(panel(tom))


def test_says_why_it_cannot_be_linked_and_keeps_what_was_typed(with_cases, panel, tom):
    shown = plain(panel(tom, f"connections/{with_cases.pk}/link/", there="ENG-99"))

    assert "There is no ENG-99" in shown
    assert 'value="ENG-99"' in shown
    assert 'role="alert"' in shown


def test_links_and_unlinks_without_script(with_cases, page_of, case, tom):
    url = f"/sync/testcases/{case.pk}/connections/{with_cases.pk}/link/"

    page = page_of(tom).post(url, {"there": "ENG-99"}, follow=True)

    assert page.redirect_chain == [(f"/cases/{case.pk}/", 302)]
    assert "There is no ENG-99" in plain(page)


def test_the_log_of_a_case_is_a_page_without_script(page_of, case, tom):
    shown = plain(page_of(tom).get(f"/sync/testcases/{case.pk}/log/"))

    assert f'href="/cases/{case.pk}/"' in shown
    assert "Nothing was synced yet" in shown


@pytest.mark.parametrize("part", ["link/", "unlink/"])
def test_only_those_who_may_sync_link(with_cases, panel, vera, sam, part):
    place = f"connections/{with_cases.pk}/{part}"

    assert panel(vera, place, there="ENG-1").status_code in {403, 404}
    assert panel(sam, place, there="ENG-1").status_code == 404
    assert not Link.objects.exists()


@pytest.mark.parametrize("kind", ["cases", "runs", "x"])
def test_there_are_no_other_kinds(page_of, case, tom, kind):
    assert page_of(tom).get(f"/sync/{kind}/{case.pk}/").status_code == 404


def test_a_stranger_sees_no_panel(panel, sam):
    assert panel(sam).status_code == 404


def test_a_comment_may_stay_here(with_cases, page_of, case, tom, minute, cloud):
    services.request_sync(user=tom, project_id=case.project_id, item_ids=[case.key])
    minute()
    page = page_of(tom)
    offer = plain(page.get(f"/sync/testcases/{case.pk}/keep/", headers=HTMX))
    assert "Only here, not in Jira" in offer
    assert 'name="is_restricted"' in offer

    page.post(f"/cases/{case.pk}/comments/", {"body": "Hush.", "is_restricted": "on"})
    page.post(f"/cases/{case.pk}/comments/", {"body": "Hello."})
    minute()

    ken = cloud.as_human("ken")
    said = [ken.text(one.body) for one in ken.comments(LinkEnd.objects.get(side="b").key)]
    assert len(said) == 1
    assert "Hello." in said[0]
    assert "restricted" in plain(page.get(f"/cases/{case.pk}/"))


def test_offers_nothing_to_keep_where_nothing_goes_out(page_of, case, tom):
    answer = page_of(tom).get(f"/sync/testcases/{case.pk}/keep/", headers=HTMX)

    assert answer.content.strip() == b""

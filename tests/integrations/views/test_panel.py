"""The sync panel of a defect: a sentence for every state, and a way out of each."""

import json
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.utils import timezone

from integrations import services
from integrations.models import Conflict, Link, LinkEnd, SyncTask, System
from integrations.sandbox.faults import Fault, FaultKind
from integrations.sandbox.gate import Outage
from testmgmt.core import comments
from testmgmt.core.models import TargetKind
from testmgmt.defects import services as defects
from testmgmt.defects.domain import DefectChange
from testmgmt.defects.models import Defect
from tests.factories.defects import DefectFactory
from tests.integrations.conftest import JIRA_TOKEN, OPS

HTMX = {"HX-Request": "true"}


class Desk:
    """A defect of the shop, what people see and press at it, and the Jira at the other end."""

    def __init__(self, defect, page_of, minute):
        self.defect, self.page_of, self.minute = defect, page_of, minute
        self.here = f"/sync/defects/{defect.pk}/"

    def get(self, user, part=""):
        return self.page_of(user).get(self.here + part, headers=HTMX)

    def press(self, user, part="sync/", **sent):
        return self.page_of(user).post(self.here + part, sent, headers=HTMX)

    def panel(self, user):
        return plain(self.get(user))

    def retitle(self, user, title):
        change = DefectChange(title=title)
        defects.update_defect(user=user, defect_id=self.defect.pk, change=change)

    def fresh(self):
        return Defect.objects.get(pk=self.defect.pk)


class LinkedDesk(Desk):
    """A defect that has its issue."""

    def __init__(self, defect, page_of, minute, cloud):
        super().__init__(defect, page_of, minute)
        self.cloud, self.ken = cloud, cloud.as_human("ken")
        self.link = Link.objects.get()
        self.key = LinkEnd.objects.get(side="b").key
        self.comparison = f"compare/{self.link.connection_id}/"

    def issue_title(self):
        return self.ken.issue(self.key).values["summary"]

    def conflict(self, user):
        """Let both sides change the title."""
        self.ken.edit(self.key, summary="Theirs")
        self.retitle(user, "Ours")
        self.minute()
        return Conflict.objects.get(resolved_at=None)

    def delete_issue(self):
        self.cloud.as_human("admin").delete(self.key)


@pytest.fixture
def desk(defect, page_of, minute):
    return Desk(defect, page_of, minute)


@pytest.fixture
def joined(linked, page_of, minute, cloud):
    return LinkedDesk(linked, page_of, minute, cloud)


def plain(answer):
    return " ".join(answer.content.decode().split())


def test_a_project_without_a_tracker_says_who_can_connect_one(desk, ada, tom):
    assert "Connect one" in desk.panel(ada)
    assert "An administrator of the project can connect one" in desk.panel(tom)


def test_a_new_defect_offers_sync(connection, desk, tom):
    shown = desk.panel(tom)

    assert "Not synced yet" in shown
    assert "Sync with Jira" in shown
    assert "Compare fields" not in shown


def test_syncing_makes_the_issue_and_shows_it(connection, desk, tom, cloud):
    busy = plain(desk.press(tom))
    desk.minute()

    shown = desk.panel(tom)
    [end] = LinkEnd.objects.filter(side="b")
    assert 'hx-trigger="every 1s"' in busy
    assert "Syncing with Jira…" in busy
    assert end.key in shown
    assert 'data-state="ok"' in shown
    assert "every 1s" not in shown
    assert cloud.as_human("ken").issue(end.key).values["summary"] == "Login fails"


def test_refresh_brings_status_and_comment(joined, tom):
    joined.ken.set_status(joined.key, "In Progress")
    joined.ken.comment(joined.key, "Reproduced.")
    joined.press(tom)
    joined.minute()

    assert joined.fresh().status.name == "In progress"
    assert "Copied a comment" in plain(joined.get(tom, "log/"))
    [said] = comments.comments_of(TargetKind.DEFECT, joined.defect.pk)
    assert (said.body, said.author_name) == ("Reproduced.", "Ken Ito")


def test_the_page_reads_itself_anew_only_when_something_came(joined, tom):
    pressed_at = quote(timezone.now().isoformat())
    assert "HX-Refresh" not in joined.get(tom, f"?since={pressed_at}")

    joined.ken.set_status(joined.key, "In Progress")
    joined.minute()

    now = quote(timezone.now().isoformat())
    assert joined.get(tom, f"?since={pressed_at}")["HX-Refresh"] == "true"
    assert "HX-Refresh" not in joined.get(tom, f"?since={now}")


@pytest.mark.parametrize("since", ["nonsense", "2026-13-01T00:00:00Z", "2026-01-01T00:00:00"])
def test_an_odd_moment_is_nothing_to_fail_about(joined, tom, since):
    assert joined.get(tom, f"?since={since}").status_code == 200


def test_a_finished_sync_brings_its_log_along(joined, tom):
    shown = plain(joined.get(tom, f"?since={quote(timezone.now().isoformat())}"))

    assert 'id="sync-log"' in shown
    assert 'hx-swap-oob="true"' in shown


def test_a_conflict_shows_both_versions_and_overwrites_nothing(joined, tom):
    joined.conflict(tom)

    shown = joined.panel(tom)
    versions = plain(joined.get(tom, f"{joined.comparison}title/"))
    assert "Title was changed on both sides" in shown
    assert f"{joined.comparison}title/" in shown
    assert "<mark>Ours</mark>" in versions
    assert "<mark>Theirs</mark>" in versions
    assert (joined.fresh().title, joined.issue_title()) == ("Ours", "Theirs")


@pytest.mark.parametrize(("choice", "winner"), [("a", "Ours"), ("b", "Theirs")])
def test_either_side_can_win(joined, tom, choice, winner):
    held = joined.conflict(tom)

    joined.press(tom, f"conflicts/{held.pk}/", choice=choice)
    joined.minute()

    assert (joined.fresh().title, joined.issue_title()) == (winner, winner)
    assert "Keep ours" not in joined.panel(tom)


def test_switched_off_says_so_and_where_to_switch_it_on(connection, desk, ada, tom):
    services.pause(user=ada, connection_id=connection.pk)

    administrator, tester = desk.panel(ada), desk.panel(tom)

    assert "Sync with Jira is switched off for Web Shop." in administrator
    assert f"/integrations/{connection.pk}/" in administrator
    assert "An administrator of the project can switch it on" in tester
    assert f"/integrations/{connection.pk}/" not in tester


def test_asking_while_it_is_off_says_where_to_switch_it_on(connection, desk, ada, tom):
    services.pause(user=ada, connection_id=connection.pk)

    answer = desk.press(tom)

    assert answer.status_code == 409
    assert "Switch one on under Settings, Integrations" in answer.content.decode()
    assert not SyncTask.objects.filter(item_id=f"D-{desk.defect.pk}").exists()


def test_a_stopped_connection_says_why(connection, desk, tom):
    connection.status, connection.reason = "suspended", "The project is closed to us."
    connection.save()

    shown = desk.panel(tom)

    assert "Stopped by itself" in shown
    assert "The project is closed to us." in shown


def with_token(tracker, user, token):
    credentials = {"username": "sync@example.com", "token": token}
    services.update_credentials(user=user, system_id=tracker.pk, credentials=credentials)


def test_a_wrong_token_says_what_to_do(joined, tracker, ada, tom):
    with_token(tracker, ada, "wrong")
    joined.retitle(tom, "Changed while locked out")
    joined.minute()

    shown = joined.panel(ada)

    assert "Jira does not accept our credentials." in shown
    assert "make a new API token" in shown
    assert f"/systems/{tracker.pk}/edit/" in shown


def test_the_right_token_brings_what_waited(joined, tracker, ada, tom):
    with_token(tracker, ada, "wrong")
    joined.retitle(tom, "Changed while locked out")
    joined.minute()

    with_token(tracker, ada, JIRA_TOKEN)
    services.verify_system(user=ada, system_id=tracker.pk)
    joined.minute()

    assert joined.issue_title() == "Changed while locked out"


def test_a_tester_learns_whom_to_ask_about_a_wrong_token(joined, tom):
    System.objects.filter(kind="jira").update(status="auth", status_message="Refused.")

    assert "An administrator of the project can replace the credentials" in joined.panel(tom)


def test_a_tracker_that_is_down_loses_nothing_and_goes_on_by_itself(joined, tracker, tom):
    joined.cloud.go_down(Outage.UNAVAILABLE)
    joined.retitle(tom, "Changed while down")
    services.drain(system_id=tracker.pk)
    shown = joined.panel(tom)

    joined.cloud.come_back()
    joined.minute()
    joined.minute()

    assert "Nothing is lost. It goes on by itself" in shown
    assert 'hx-trigger="every 5s"' in shown
    assert joined.issue_title() == "Changed while down"
    assert 'data-state="ok"' in joined.panel(tom)


def test_a_tracker_that_rests_is_not_asked_by_the_panel(joined, tom):
    System.objects.filter(kind="jira").update(status="down", status_message="Jira is down.")
    before = len(joined.cloud.calls())

    shown, compared = joined.panel(tom), plain(joined.get(tom, joined.comparison))

    assert "Jira is down." in shown
    assert "Jira is down." in compared
    assert len(joined.cloud.calls()) == before


@pytest.fixture
def operations(tracker, shop, ada):
    """Return a connection to a project that insists on a team."""
    target = services.Target(tracker.pk, OPS, "Operations (OPS)")
    made = services.connect_project(user=ada, project_id=shop.pk, target=target)
    return services.enable(user=ada, connection_id=made.pk)


def test_a_missing_required_field_is_named(operations, desk, ada, tom):
    desk.press(tom)
    desk.minute()

    shown = desk.panel(ada)
    assert "The item could not be created" in shown
    assert "Team" in shown
    assert f"/integrations/{operations.pk}/" in shown


def test_a_deleted_issue_is_believed_in_the_second_time(joined, tom):
    joined.delete_issue()
    joined.press(tom)
    joined.minute()
    missing = joined.panel(tom)

    LinkEnd.objects.exclude(gone_since=None).update(
        gone_since=timezone.now() - timedelta(minutes=11)
    )
    SyncTask.objects.update(due_at=timezone.now())
    joined.minute()

    assert f"{joined.key} is missing there" in missing
    assert f"{joined.key} was deleted" in joined.panel(tom)
    assert "Make a new issue in Jira" in joined.panel(tom)


def test_a_deleted_issue_can_be_made_anew(joined, tom):
    LinkEnd.objects.filter(side="b").update(gone_since=timezone.now())
    Link.objects.update(state=Link.State.GONE)

    joined.press(tom, f"links/{joined.link.pk}/start-over/")
    joined.minute()

    assert LinkEnd.objects.get(side="b").key != joined.key


def test_a_living_issue_is_not_made_anew(joined, tom):
    answer = joined.press(tom, f"links/{joined.link.pk}/start-over/")

    assert answer.status_code == 409
    assert Link.objects.count() == 1


def test_a_held_field_is_named(joined, tom):
    refusal = json.dumps({"errorMessages": [], "errors": {"summary": "Too rude."}})
    joined.cloud.faults(Fault(FaultKind.BEFORE, "PUT", "/issue/", status=400, body=refusal))
    joined.retitle(tom, "Rude")
    joined.minute()

    shown = joined.panel(tom)
    assert "Title: refused by the tracker" in shown
    assert "Too rude." in shown


def test_the_comparison_shows_each_mapped_field_live(joined, tom):
    joined.ken.edit(joined.key, summary="Login still fails")

    shown = plain(joined.get(tom, joined.comparison))

    assert "Login still fails" in shown
    assert "next sync" in shown
    assert "Jira changed since the last sync" in shown
    assert joined.fresh().title == "Login fails"


def test_the_comparison_of_a_deleted_issue_says_so(joined, tom):
    joined.delete_issue()

    assert f"{joined.key} is gone." in plain(joined.get(tom, joined.comparison))


def test_a_defect_without_an_issue_has_nothing_to_compare(connection, desk, tom):
    shown = plain(desk.get(tom, f"compare/{connection.pk}/"))

    assert "It has no counterpart there yet." in shown


def test_whoever_has_no_script_gets_pages(joined, tom, page_of):
    for part in ("", "log/", joined.comparison):
        answer = page_of(tom).get(joined.here + part)

        assert "<h1>Login fails</h1>" in plain(answer)


def test_buttons_work_without_script(joined, tom, page_of):
    answer = page_of(tom).post(f"{joined.here}sync/")

    assert answer["Location"] == f"/defects/{joined.defect.pk}/"


def test_a_viewer_sees_but_cannot_sync(joined, vera):
    shown = joined.panel(vera)

    assert 'data-state="ok"' in shown
    assert "Testers of the project can sync." in shown
    assert "<button" not in shown
    assert joined.press(vera).status_code == 403


def test_a_viewer_cannot_choose(joined, tom, vera):
    held = joined.conflict(tom)

    assert joined.press(vera, f"conflicts/{held.pk}/", choice="a").status_code == 403
    assert Conflict.objects.get(pk=held.pk).resolution == ""


def test_a_stranger_finds_nothing(joined, sam):
    reads = ["", "log/", joined.comparison, f"{joined.comparison}title/"]
    writes = ["sync/", f"links/{joined.link.pk}/start-over/"]

    assert {joined.get(sam, part).status_code for part in reads} == {404}
    assert {joined.press(sam, part).status_code for part in writes} == {404}


def test_unknown_things_are_not_found(joined, tom):
    odd = "00000000-0000-4000-8000-000000000000"

    assert joined.get(tom, f"compare/{odd}/").status_code == 404
    assert joined.press(tom, f"conflicts/{odd}/", choice="a").status_code == 404
    assert joined.press(tom, f"links/{odd}/start-over/").status_code == 404
    assert joined.page_of(tom).get("/sync/defects/999999/").status_code == 404


def test_a_panel_takes_few_statements(joined, tom, django_assert_max_num_queries):
    page = joined.page_of(tom)

    with django_assert_max_num_queries(12):
        page.get(joined.here, headers=HTMX)


def test_cells_show_what_a_page_of_defects_is_in_the_tracker(joined, tom, page_of):
    other = DefectFactory(project=joined.defect.project)

    shown = plain(page_of(tom).get(f"/sync/defects/?column=2&ids={joined.defect.pk},{other.pk}"))

    assert f"innerHTML:#defect-cell-2-{joined.defect.pk}" in shown
    assert joined.key in shown
    assert f"cell-2-{other.pk}" not in shown


def test_cells_of_strangers_are_empty(joined, sam, page_of):
    assert joined.key not in plain(page_of(sam).get(f"/sync/defects/?ids={joined.defect.pk}"))


def test_odd_cells_are_nothing_to_fail_about(tom, page_of):
    assert page_of(tom).get("/sync/defects/?ids=x,,-1,²&column=y").status_code == 200


def test_cells_mark_what_needs_somebody(joined, tom, page_of):
    joined.conflict(tom)

    assert "held" in plain(page_of(tom).get(f"/sync/defects/?ids={joined.defect.pk}"))


def test_fifty_cells_take_as_many_statements_as_one(
    joined, tom, django_assert_num_queries, django_assert_max_num_queries
):
    page, pk = joined.page_of(tom), joined.defect.pk
    with django_assert_max_num_queries(8) as alone:
        page.get(f"/sync/defects/?ids={pk}")
    ids = [pk, *_linked_too(joined.defect, 49)]

    with django_assert_num_queries(len(alone.captured_queries)):
        answer = page.get(f"/sync/defects/?ids={','.join(map(str, ids))}")

    assert plain(answer).count("hx-swap-oob") == 50


def _linked_too(defect, number):
    ours, theirs = (LinkEnd.objects.get(side=side) for side in ("a", "b"))
    made = [DefectFactory(project=defect.project) for _ in range(number)]
    for one in made:
        link = Link.objects.create(
            connection_id=ours.link.connection_id, state="active", origin_side="a"
        )
        for side, end, item in (("a", ours, f"D-{one.pk}"), ("b", theirs, f"9{one.pk}")):
            LinkEnd.objects.create(
                link=link, side=side, endpoint=end.endpoint, system=end.system, item_id=item
            )
    return [one.pk for one in made]


def test_no_secret_ever_reaches_the_panel(joined, ada):
    assert JIRA_TOKEN not in joined.panel(ada)


def test_a_new_defect_is_created_and_synced_in_one_go(connection, shop, tom, page_of, minute):
    page = page_of(tom)
    new = f"/projects/{shop.key}/defects/new/"
    assert "Create and sync" in plain(page.get(new))
    sent = {"title": "500", "status": "open", "severity": "normal", "priority": "medium"}

    shown = page.post(new, {**sent, "with": "0"}, follow=True)
    minute()

    assert shown.redirect_chain[-1] == (f"/defects/{Defect.objects.get().pk}/", 302)
    assert LinkEnd.objects.get(side="b").key == "ENG-1"


def test_a_project_without_a_tracker_offers_no_sync_of_new_defects(shop, tom, page_of):
    assert "Create and sync" not in plain(page_of(tom).get(f"/projects/{shop.key}/defects/new/"))

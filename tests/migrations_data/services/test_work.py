from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from migrations_data import importer, queries, services, store
from migrations_data.base.mapping import parse
from migrations_data.base.translate import Translator
from migrations_data.models import ImportedRecord, ImportJob
from migrations_data.services.definitions import define, source_of
from migrations_data.services.targets import ProjectTarget
from testmgmt.cases.models import Case, CaseVersion, Section
from testmgmt.core.models import AuditEntry, Job
from testmgmt.projects.models import Choice, CustomField
from tests.migrations_data.conftest import SECTION, SUITE, case_xml
from tests.migrations_data.sources.testrail.test_export import SAMPLES

State = Job.State


def counts_of(import_job, entity="case"):
    return {name: n for name, n in import_job.tally["counts"][entity].items() if n}


@pytest.mark.parametrize("name", SAMPLES)
class TestCapturedFiles:
    def test_arrive_with_the_known_counts(self, shared, counts, imported, name):
        import_job = imported(path=shared / "samples" / name)

        expected = counts[name]
        assert import_job.job.state == State.DONE
        assert Section.objects.count() == expected["sections"]
        assert Case.objects.count() == expected["items"]
        assert sum(len(v.steps) for v in CaseVersion.objects.all()) == expected["steps"]

    def test_make_no_duplicate_the_second_time(self, shared, counts, imported, name):
        imported(path=shared / "samples" / name)

        again = imported(path=shared / "samples" / name)

        items = counts[name]["items"]
        assert counts_of(again) == {"read": items, "unchanged": items}
        assert Case.objects.count() == CaseVersion.objects.count() == items
        assert Section.objects.count() == counts[name]["sections"]


class TestCase:
    def test_arrives_with_all_that_it_says(self, imported):
        step = "<step><content>Open</content><expected>It opens</expected></step>"
        risk = "<risk><id>1</id><value> High</value></risk>"
        separated = f"<steps_separated>{step}</steps_separated>"
        custom = f"{risk}<preconds>Be there</preconds>{separated}"
        imported(
            case_xml(
                7,
                title="Pay",
                template="Test Case (Steps)",
                type="Regression",
                priority="High",
                estimate="5400",
                references="PROJ-1",
                assignedto="Ana Müller",
                custom=custom,
            )
        )

        case = Case.objects.select_related("current", "type", "priority", "section").get()
        assert (case.title, case.template) == ("Pay", "steps")
        assert (case.type.slug, case.priority.slug) == ("regression", "high")
        assert (case.estimate_seconds, case.references) == (5400, "PROJ-1")
        assert (case.assignee_name, case.section.name) == ("Ana Müller", "Basket")
        assert case.current.preconditions == "Be there"
        assert case.current.custom == {"risk": "High"}
        assert [(s["action"], s["expected"]) for s in case.current.steps] == [("Open", "It opens")]

    def test_is_assigned_to_the_member_of_that_name(self, tom, imported):
        imported(case_xml(1, assignedto=tom.name))

        assert Case.objects.get().assignee == tom

    def test_is_updated_in_a_new_version(self, imported):
        imported(case_xml(1, title="Old"))

        again = imported(case_xml(1, title="New"))

        case = Case.objects.select_related("current").get()
        assert counts_of(again) == {"read": 1, "updated": 1}
        assert (case.title, case.current.number) == ("New", 2)

    def test_loses_a_custom_value_that_its_source_lost(self, imported):
        imported(case_xml(1, custom="<build>1.0-rc</build>"))

        imported(case_xml(1))
        imported(case_xml(1), case_xml(2, custom="<build>x</build>"))

        assert Case.objects.get(title="A case", position=0).current.custom == {}

    def test_keeps_what_people_changed_here_where_its_source_did_not(self, imported):
        imported(case_xml(1))
        Case.objects.update(estimate_seconds=60)

        imported(case_xml(1))

        assert Case.objects.get().estimate_seconds == 60

    def test_moves_with_its_source(self, imported):
        section = SECTION.format(name="A", cases=case_xml(1))
        imported(sections=section + SECTION.format(name="B", cases=""))

        again = imported(
            sections=SECTION.format(name="A", cases="")
            + SECTION.format(name="B", cases=case_xml(1))
        )

        case = Case.objects.select_related("section", "current").get()
        assert counts_of(again) == {"read": 1, "updated": 1}
        assert (case.section.name, case.current.number) == ("B", 1)

    def test_comes_back_after_it_was_deleted_here(self, imported):
        imported(case_xml(1))
        Case.objects.update(deleted_at=timezone.now())

        again = imported(case_xml(1))

        assert counts_of(again) == {"read": 1, "created": 1}
        assert again.problems.get().code == "RECREATED"


class TestSections:
    def test_keep_their_tree_and_order(self, imported):
        inner = "<sections><section><name>B</name></section></sections>"
        imported(
            sections=f"<section><name>A</name>{inner}</section><section><name>C</name></section>"
        )

        rows = Section.objects.order_by("pk").values_list("name", "parent__name", "position")
        assert set(rows) == {("A", None, 0), ("B", "A", 0), ("C", None, 1)}

    def test_stand_behind_those_of_the_project(self, shop, imported):
        Section.objects.create(project=shop, name="Ours", position=4)

        imported(case_xml(1))

        assert Section.objects.get(name="Basket").position == 5

    def test_hang_under_the_suite_on_request(self, imported):
        mapping = {"format": 1, "settings": {"is_suite_a_section": True}}

        imported(case_xml(1), mapping=mapping)

        assert Section.objects.get(name="Basket").parent.name == "Shop"

    def test_without_a_name_get_one(self, imported):
        imported(sections=SECTION.format(name="", cases=case_xml(1)))

        assert Section.objects.get().name == "(no name)"

    def test_of_two_servers_stay_apart(self, imported):
        mapping = {"format": 1, "settings": {"instance": "emea"}}
        imported(case_xml(1))

        imported(case_xml(1), mapping=mapping)

        assert Case.objects.count() == 2


class TestDefinitions:
    def test_create_what_the_project_does_not_offer(self, shop, imported):
        risk = "<risk><id>1</id><value> High</value></risk>"
        imported(case_xml(1, type="Chaos monkey", custom=risk))

        assert Choice.objects.get(project=shop, slug="chaos-monkey").field == "case_type"
        field = CustomField.objects.get(project=shop, slug="risk")
        assert (field.kind, field.options) == ("choice", ["High"])
        assert Case.objects.get().type.name == "Chaos monkey"

    def test_add_options_to_a_list_that_is_there(self, shop, imported):
        options = {"entity": "case", "slug": "risk", "name": "Risk", "kind": "choice"}
        CustomField.objects.create(project=shop, options=["Low"], **options)

        imported(case_xml(1, custom="<risk><id>1</id><value> High</value></risk>"))

        assert CustomField.objects.get().options == ["Low", "High"]

    def test_refuse_a_value_that_nobody_offers(self, imported):
        mapping = {"format": 1, "values": {"type": {"Odd": {"to": "nowhere"}}}}

        import_job = imported(case_xml(1, type="Odd"), mapping=mapping)

        assert import_job.job.state == State.FAILED
        assert "“nowhere”" in import_job.job.message


class TestDamage:
    def test_is_found_by_the_scan_and_named_with_its_line(self, upload, finish):
        raw = SUITE.format(sections=SECTION.format(name="A", cases=case_xml(1))).encode()
        import_job = upload(raw=raw.replace(b"</suite>\n", b""))

        finish(import_job)

        assert import_job.job.state == State.FAILED
        assert import_job.job.message.startswith("Line 9: ")
        assert import_job.problems.get().line == 9

    def test_is_a_failure_when_the_counts_differ_from_the_scan(self, ada, scanned, finish):
        import_job = scanned(case_xml(1))
        import_job.inventory["counts"]["case"] = 2
        import_job.save()

        services.start(user=ada, import_id=import_job.pk)
        finish(import_job)

        assert import_job.job.state == State.FAILED
        assert import_job.problems.get().code == "COUNT_MISMATCH"


def _work_and_die(import_job):
    """Commit two batches as a worker would, then fall silent for ever."""
    import_job.refresh_from_db()
    lease = store.claim(import_job.job.pk)
    mapping = define(import_job.project_id, parse(import_job.mapping), import_job.inventory)
    target = ProjectTarget(import_job, lease, mapping, import_job.created_by)
    records = list(source_of(import_job).read())[:22]
    importer.run(records, Translator(mapping), target, size=10)
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))


class TestWorker:
    def test_leaves_a_job_alone_that_another_one_holds(self, upload, finish):
        import_job = upload(case_xml(1))
        store.claim(import_job.job.pk)

        finish(import_job)

        assert import_job.stage == ImportJob.Stage.SCAN

    def test_takes_over_from_one_that_fell_silent(self, upload, finish):
        import_job = upload(case_xml(1))
        store.claim(import_job.job.pk)
        Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))

        finish(import_job)

        assert import_job.stage == ImportJob.Stage.MAPPING

    def test_stops_when_another_one_took_over(self, upload):
        import_job = upload(case_xml(1))
        lease = store.claim(import_job.job.pk)
        Job.objects.update(lease_until=timezone.now() + timedelta(seconds=99))

        with pytest.raises(store.LeaseLostError):
            lease.renew(done=1)

    def test_gives_up_on_a_job_that_never_comes_to_an_end(self, upload, finish):
        import_job = upload(case_xml(1))
        Job.objects.update(result={"attempts": store.MAX_ATTEMPTS})

        finish(import_job)

        assert import_job.job.state == State.FAILED

    def test_goes_on_behind_the_last_batch_of_one_that_was_killed(self, ada, scanned, finish):
        import_job = scanned(*(case_xml(number) for number in range(30)))
        services.start(user=ada, import_id=import_job.pk)
        _work_and_die(import_job)

        finish(import_job)

        assert import_job.job.state == State.DONE
        assert counts_of(import_job) == {"read": 30, "created": 30}
        assert Case.objects.count() == ImportedRecord.objects.filter(entity="case").count() == 30

    def test_stops_between_batches_on_request(self, ada, scanned, finish):
        import_job = scanned(case_xml(1))
        services.start(user=ada, import_id=import_job.pk)
        Job.objects.filter(state=State.QUEUED).update(is_cancel_requested=True)

        finish(import_job)

        assert import_job.job.state == State.CANCELLED
        assert not Case.objects.exists()

    def test_goes_on_where_it_was_cancelled(self, ada, scanned, finish):
        import_job = scanned(case_xml(1))
        services.start(user=ada, import_id=import_job.pk)
        services.cancel(user=ada, import_id=import_job.pk)

        services.start(user=ada, import_id=import_job.pk)
        finish(import_job)

        assert Case.objects.count() == 1

    def test_is_woken_for_what_lost_its_message(self, upload, woken):
        import_job = upload(case_xml(1))
        Job.objects.update(created_at=timezone.now() - timedelta(minutes=1))

        assert woken(services.wake_idle) == [str(import_job.pk)]

    def test_is_not_woken_for_what_is_fresh(self, upload):
        upload(case_xml(1))

        assert list(queries.idle_imports()) == []


def test_a_mapping_sent_along_lets_the_import_go_on_by_itself(imported):
    import_job = imported(case_xml(1), mapping={"format": 1})

    assert import_job.is_unattended
    assert Case.objects.count() == 1


def test_the_end_is_written_into_the_audit(imported):
    import_job = imported(case_xml(1))

    entry = AuditEntry.objects.get(action="finish")
    assert entry.object_id == str(import_job.pk)


def test_statements_do_not_grow_with_the_batch(ada, scanned, finish):
    numbers = []
    for size in (1, 5, 35):  # the first one also makes the section
        first = 100 * size
        import_job = scanned(*(case_xml(first + number) for number in range(size)))
        services.start(user=ada, import_id=import_job.pk)
        with CaptureQueriesContext(connection) as queries_of_run:
            finish(import_job)
        numbers.append(len(queries_of_run))

    assert numbers[1] == numbers[2] < 60

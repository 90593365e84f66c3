import pytest

from migrations_data import queries, services
from migrations_data.models import ImportedRecord, ImportJob
from testmgmt.core.errors import ConflictError, DomainError, ForbiddenError, NotFoundError
from testmgmt.core.models import AuditEntry, Job
from tests.migrations_data.conftest import case_xml


def test_upload_waits_for_its_scan(ada, shop, upload):
    import_job = upload(case_xml(1))

    assert import_job.stage == ImportJob.Stage.SCAN
    assert import_job.job.state == Job.State.QUEUED
    assert (import_job.kind, import_job.title) == ("suite export", "Shop")


def test_upload_wakes_a_worker_once_it_is_durable(upload, woken):
    started = woken(lambda: upload(case_xml(1)))

    assert started == [str(ImportJob.objects.get().pk)]


@pytest.mark.parametrize("person", ["tom", "vera"])
def test_upload_refuses_who_does_not_administer_the_project(request, upload, person):
    user = request.getfixturevalue(person)

    with pytest.raises(ForbiddenError):
        upload(case_xml(1), user=user)


def test_upload_hides_the_project_from_a_stranger(sam, upload):
    with pytest.raises(NotFoundError):
        upload(case_xml(1), user=sam)


def test_upload_refuses_a_look_alike_and_keeps_no_import(upload):
    with pytest.raises(DomainError, match="JUnit") as refusal:
        upload(raw=b"<testsuites/>")

    assert refusal.value.field == "file"
    assert not ImportJob.objects.exists()


def test_upload_refuses_what_is_too_large_and_leaves_nothing(settings, upload):
    settings.MAX_UPLOAD_MB = 0

    with pytest.raises(DomainError, match="end at 0 MB"):
        upload(case_xml(1))

    assert list((settings.MEDIA_ROOT / "imports").iterdir()) == []


def test_upload_stores_the_same_bytes_once(settings, upload):
    first, second = upload(case_xml(1)), upload(case_xml(1))

    assert first.sha256 == second.sha256
    assert sum(path.is_file() for path in settings.MEDIA_ROOT.rglob("*")) == 1


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\suite.xml", "suite.xml"),
        ("a\r\nSet-Cookie: x.xml", "aSet-Cookie: x.xml"),
        ("...", "file"),
        ("x" * 300 + ".xml", "x" * 251 + ".xml"),
    ],
)
def test_upload_takes_the_harmless_part_of_a_name(upload, name, kept):
    assert upload(case_xml(1), file_name=name).file_name == kept


def test_upload_refuses_a_source_that_nobody_knows(upload):
    with pytest.raises(DomainError, match="known are: testrail"):
        upload(case_xml(1), source="spira")


def test_upload_refuses_a_mapping_that_is_none(upload):
    with pytest.raises(DomainError, match="“format”: 1"):
        upload(case_xml(1), mapping={"fields": {}})


def test_mapping_of_a_person_replaces_the_guess(ada, scanned):
    import_job = scanned(case_xml(1, type="Odd", references="PROJ-1"))
    document = {"format": 1, "fields": {"references": {"to": "ignore"}}}

    saved = services.save_mapping(user=ada, import_id=import_job.pk, document=document)

    assert saved.mapping["fields"]["references"]["to"] == "ignore"
    assert saved.mapping["fields"]["type"]["to"] == "type"


def test_mapping_another_field_to_a_list_brings_rules_for_its_values(ada, scanned):
    level = "<level><id>1</id><value> Smoke</value></level>"
    import_job = scanned(case_xml(1, custom=level))
    document = {"format": 1, "fields": {"custom_level": {"to": "type"}}}

    saved = services.save_mapping(user=ada, import_id=import_job.pk, document=document)

    assert saved.mapping["values"]["type"]["Smoke"]["to"] == "smoke"


def test_mapping_is_closed_once_the_import_is_finished(ada, imported):
    import_job = imported(case_xml(1))

    with pytest.raises(ConflictError, match="upload the file again"):
        services.save_mapping(user=ada, import_id=import_job.pk, document={"format": 1})


def test_start_refuses_while_work_is_going_on(ada, upload):
    import_job = upload(case_xml(1))

    with pytest.raises(ConflictError, match="going on"):
        services.start(user=ada, import_id=import_job.pk)


def test_start_is_written_into_the_audit(ada, scanned):
    import_job = scanned(case_xml(1))

    services.start(user=ada, import_id=import_job.pk)

    actions = AuditEntry.objects.filter(kind="importjob").values_list("action", flat=True)
    assert list(actions.order_by("pk")) == ["upload", "run"]


def test_cancel_ends_what_has_not_begun(ada, upload):
    import_job = upload(case_xml(1))

    cancelled = services.cancel(user=ada, import_id=import_job.pk)

    assert cancelled.job.state == Job.State.CANCELLED


def test_cancel_refuses_where_nothing_is_going_on(ada, scanned):
    import_job = scanned(case_xml(1))

    with pytest.raises(ConflictError):
        services.cancel(user=ada, import_id=import_job.pk)


def test_imports_are_seen_by_administrators_only(ada, tom, upload):
    import_job = upload(case_xml(1))

    assert queries.import_of(ada, import_job.pk) == import_job
    with pytest.raises(NotFoundError):
        queries.import_of(tom, import_job.pk)


def test_a_dry_run_writes_nothing_but_its_log(ada, scanned, finish):
    import_job = scanned(case_xml(1), case_xml(1, title="Another"))

    services.start(user=ada, import_id=import_job.pk, is_dry_run=True)
    finish(import_job)

    assert import_job.tally["counts"]["case"] == {"read": 2, "created": 2}
    assert import_job.problems.get().code == "DUPLICATE_ID"
    assert not ImportedRecord.objects.exists()
    assert not import_job.project.cases.exists()


def test_a_dry_run_can_be_followed_by_the_import(ada, scanned, finish):
    import_job = scanned(case_xml(1))
    services.start(user=ada, import_id=import_job.pk, is_dry_run=True)
    finish(import_job)

    services.start(user=ada, import_id=import_job.pk)
    finish(import_job)

    assert import_job.project.cases.count() == 1

from datetime import UTC, datetime

import pytest

from integrations.base.errors import GoneError, RateLimitedError
from integrations.base.items import Denied, Gone, Item, Moved, Person, Ref, Rich, Want
from integrations.connectors.azure_devops.reading import person
from tests.integrations.connectors.azure_devops.conftest import ENG, OPS, REPRO

TITLE = Want(frozenset({"System.Title"}))
BARE = Want(frozenset())
WHOLE = Want(frozenset({"System.Title"}), comments=True, attachments=True)


def read(connector, ref, want):
    found = connector.fetch([ref], want)[ref]
    assert isinstance(found, Item)
    return found


def test_reads_every_kind_of_value(connector, ken, ref):
    item = ken.create(
        "Engineering",
        "Bug",
        title="Login fails",
        repro_steps="<div>It <b>breaks</b>.</div>",
        priority=1,
        severity="2 - High",
        tags="web; login",
        assigned_to="mia@example.com",
        due_date="2026-12-24T00:00:00Z",
        is_regression=True,
    )
    names = {
        REPRO: Rich("It **breaks**."),
        "Microsoft.VSTS.Common.Priority": "1",
        "Microsoft.VSTS.Common.Severity": "2 - High",
        "System.Tags": frozenset({"web", "login"}),
        "Microsoft.VSTS.Scheduling.DueDate": datetime(2026, 12, 24, tzinfo=UTC),
        "Custom.IsRegression": True,
        "Microsoft.VSTS.Build.FoundIn": None,
    }

    found = read(connector, ref(item), Want(frozenset({*names, "System.AssignedTo"})))

    assert {name: found.fields[name] for name in names} == names
    assert found.fields["System.AssignedTo"].email == "mia@example.com"
    assert found.fields["System.AssignedTo"].name == "Mia Lund"


def test_reads_markdown_and_html_each_in_its_own_way(connector, ken, bug, ref):
    want = Want(frozenset({REPRO}))
    ken.edit(bug.number, repro_steps="<p>a &lt; <code>b</code></p>")
    as_html = read(connector, ref(bug), want)
    ken.write_markdown(bug.number, "repro_steps", "a &lt; `b &lt; c`")

    as_markdown = read(connector, ref(bug), want)

    assert as_html.fields[REPRO].md == "a < `b`"
    assert as_markdown.fields[REPRO].md == "a < `b < c`"


def test_needs_one_call_for_two_hundred(connector, azure, ken, ref, calls):
    refs = [ref(ken.create("Engineering", "Task", title=f"Task {n}")) for n in range(3)]
    calls.clear()

    connector.fetch(refs, WHOLE)

    assert [path for _method, path, _status in calls] == ["/contoso/_apis/wit/workitemsbatch"]


def test_reads_comments_only_where_there_are_any(connector, ken, bug, ref, calls):
    quiet = ken.create("Engineering", "Task", title="Quiet")
    ken.comment(bug.number, "<div>I saw <i>it</i> too.</div>")

    found = connector.fetch([ref(bug), ref(quiet)], WHOLE)

    assert [comment.body.md for comment in found[ref(bug)].comments] == ["I saw *it* too."]
    assert list(found[ref(quiet)].comments) == []
    assert sum(path.endswith("/comments") for _method, path, _status in calls) == 1


def test_leaves_out_deleted_comments(connector, ken, bug, ref):
    kept = ken.comment(bug.number, "Kept")
    ken.delete_comment(ken.comment(bug.number, "Gone").id)

    assert [one.id for one in read(connector, ref(bug), WHOLE).comments] == [kept.id]


def test_lists_files_with_their_sizes(connector, ken, bug, ref):
    made = ken.attach(bug.number, "log.txt", b"line 1\n")

    [file] = read(connector, ref(bug), WHOLE).attachments

    assert (file.id, file.name, file.size, file.mime) == (made.id, "log.txt", 7, "text/plain")
    assert file.sha256 == ""


def test_is_gone_once_it_lies_in_the_bin(connector, ken, bug, ref):
    ken.delete(bug.number)

    assert connector.fetch([ref(bug)], TITLE) == {ref(bug): Gone()}


def test_comes_back_from_the_bin(connector, ken, bug, ref):
    ken.delete(bug.number)
    ken.restore(bug.number)

    assert isinstance(connector.fetch([ref(bug)], TITLE)[ref(bug)], Item)


def test_never_takes_what_it_cannot_see_for_deleted(connector, azure, bug, ref):
    azure.change_account("sync", {"hidden_projects": ["ENG"]})

    assert isinstance(connector.fetch([ref(bug)], TITLE)[ref(bug)], Denied)


def test_never_takes_an_unknown_number_for_deleted(connector):
    ref = Ref(connector.system.id, ENG, "4711")

    found = connector.fetch([ref], TITLE)[ref]

    assert found == Denied(
        "TF401232: Work item 4711 does not exist, or you do not have permissions to read it."
    )


def test_follows_an_item_to_another_project(connector, ken, bug, ref):
    ken.move(bug.number, "Operations")

    moved = connector.fetch([ref(bug)], TITLE)[ref(bug)]

    assert moved == Moved(ref(bug, OPS))


def test_reads_the_other_type_of_an_item(connector, ken, bug, ref):
    ken.change_type(bug.number, "Task")

    assert read(connector, ref(bug), TITLE).type == "Task"


def test_finds_the_project_by_name_where_the_address_tells_none(connector, bug, calls):
    raw = {"id": 7, "url": "https://x/_apis/wit/workItems/7"}
    raw["fields"] = {"System.TeamProject": "Engineering"}

    assert [connector.site.scope_of(raw) for _ in range(2)] == [ENG, ENG]
    assert len(calls) == 1


def test_rests_when_a_success_asks_for_it(connector, azure, bug, ref, calls):
    azure.change_state({"throttle": 30})
    connector.fetch([ref(bug)], TITLE)
    calls.clear()

    with pytest.raises(RateLimitedError) as limited:
        connector.fetch([ref(bug)], TITLE)

    assert limited.value.bucket == "tstu"
    assert 0 < limited.value.retry_after <= 30
    assert calls == []


def test_reads_files_as_a_stream(connector, ken, bug, ref):
    ken.attach(bug.number, "log.txt", b"line 1\n")
    [file] = read(connector, ref(bug), WHOLE).attachments

    with connector.open(ref(bug), file) as stream:
        assert stream.read(4) == b"line"
    with (
        pytest.raises(GoneError),
        connector.open(
            ref(bug),
            type(file)("0" * 8 + "-0000-4000-8000-" + "0" * 12, "x", 1, "", file.created_at),
        ) as stream,
    ):
        stream.read()


def test_knows_people_of_old_reports_by_name_and_address():
    assert person("Hana Sato <hana@example.com>") == Person(None, "Hana Sato", "hana@example.com")
    assert person("Hana Sato") == Person(None, "Hana Sato")
    assert person("") is None


def test_asks_who_we_are_where_nobody_told(connect, ken, bug):
    found = read(connect(account_id=""), Ref(connect().system.id, ENG, str(bug.number)), TITLE)

    assert not found.is_author_us

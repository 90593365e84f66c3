import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from testmgmt.accounts.domain import digest_of
from testmgmt.accounts.models import ApiKey
from testmgmt.runs.models import Result, Run
from tests.factories.runs import ExecutionFactory, RunFactory, case_in, record


@pytest.fixture
def api(tom, api_of):
    return api_of(tom)


@pytest.fixture
def execution(shop):
    return ExecutionFactory(run__project=shop)


def bearer(user, *scopes, **limits):
    ApiKey.objects.create(
        user=user, name="ci", digest=digest_of("tmp_secret"), scopes=scopes, **limits
    )
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION="Bearer tmp_secret")
    return client


@pytest.mark.parametrize("url", ["/api/testruns", "/api/testruns/", "/api/v1/testruns"])
def test_starts_a_run_with_or_without_a_slash(shop, api, url):
    case = case_in(shop)

    answer = api.post(url, {"name": "Smoke", "project": "SHOP", "cases": [case.pk]})

    assert answer.status_code == 201
    assert answer.data["progress"] | {"total": 1, "untested": 1} == answer.data["progress"]
    assert answer["ETag"] == '"1"'


def test_starts_a_run_in_the_project_of_the_token(shop, tom):
    case_in(shop)

    answer = bearer(tom, "write", project=shop).post("/api/testruns", {"name": "Smoke"})

    assert answer.data["project"] == "SHOP"


def test_asks_for_a_project_where_none_is_meant(api):
    answer = api.post("/api/testruns", {"name": "Smoke"})

    assert answer.status_code == 400
    assert list(answer.data["errors"]) == ["project"]


def test_refuses_cases_and_a_section_at_once(shop, api):
    body = {"name": "Smoke", "project": "SHOP", "cases": [1], "section": 2}

    assert api.post("/api/testruns", body).data["errors"].keys() == {"section"}


def test_lists_runs_with_their_progress_in_six_statements(shop, api, django_assert_max_num_queries):
    for _ in range(5):
        record(ExecutionFactory(run__project=shop), "passed")

    with django_assert_max_num_queries(6):
        answer = api.get("/api/testruns?project=SHOP&limit=3")

    assert (answer.data["count"], len(answer.data["results"])) == (5, 3)
    assert {run["progress"]["percent_done"] for run in answer.data["results"]} == {100}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("search=smo", ["Smoke"]),
        ("is_closed=true", ["Closed"]),
        ("build=2.4", ["Smoke"]),
        ("ordering=name", ["Closed", "Smoke"]),
        ("", ["Smoke", "Closed"]),
    ],
)
def test_filters_and_orders_runs(shop, api, query, names):
    RunFactory(project=shop, name="Closed", closed=True)
    RunFactory(project=shop, name="Smoke", build="2.4")

    assert [run["name"] for run in api.get(f"/api/testruns?{query}").data["results"]] == names


@pytest.mark.parametrize("path", ["testruns", "testruns/{run}/executions", "results"])
def test_refuses_an_unknown_filter(api, execution, path):
    answer = api.get(f"/api/{path.format(run=execution.run_id)}?stauts=failed")

    assert answer.status_code == 400
    assert list(answer.data["errors"]) == ["stauts"]


def test_walks_large_lists_by_cursor(shop, api):
    for _ in range(3):
        RunFactory(project=shop)

    first = api.get("/api/testruns?cursor=&limit=2")
    second = api.get(first.data["next"])

    assert [len(first.data["results"]), len(second.data["results"])] == [2, 1]


def test_changes_a_run_under_its_etag(shop, api):
    run = RunFactory(project=shop)

    answer = api.patch(f"/api/testruns/{run.pk}", {"build": "2.5"}, headers={"If-Match": '"1"'})

    assert (answer.data["build"], answer["ETag"]) == ("2.5", '"2"')


def test_shows_the_present_run_to_whoever_comes_late(shop, api):
    run = RunFactory(project=shop, name="Now", revision=4)

    answer = api.patch(f"/api/testruns/{run.pk}", {"name": "x"}, headers={"If-Match": '"3"'})

    assert answer.status_code == 412
    assert answer.data["current"]["name"] == "Now"


def test_insists_on_an_etag_where_that_is_asked_for(shop, api):
    run = RunFactory(project=shop)

    assert api.patch(f"/api/testruns/{run.pk}?strict=1", {"name": "x"}).status_code == 428


def test_replaces_a_run(shop, api):
    run = RunFactory(project=shop, build="2.4")

    assert api.put(f"/api/testruns/{run.pk}", {"name": "New"}).data["build"] == ""


def test_refuses_a_name_that_no_column_holds(shop, api):
    run = RunFactory(project=shop)

    answer = api.patch(f"/api/testruns/{run.pk}", {"name": "x" * 256})

    assert list(answer.data["errors"]) == ["name"]


def test_closes_reopens_and_runs_again(shop, api, execution):
    record(execution, "failed")
    url = f"/api/testruns/{execution.run_id}"

    again = api.post(f"{url}/rerun", {"name": "Again"})

    assert again.data["progress"]["untested"] == 1
    assert api.post(f"{url}/close").data["is_closed"] is True
    assert api.post(f"{url}/reopen").data["is_closed"] is False


def test_only_leads_delete_runs(shop, api_of, tom, ada):
    run = RunFactory(project=shop)

    assert api_of(tom).delete(f"/api/testruns/{run.pk}").status_code == 403
    assert api_of(ada).delete(f"/api/testruns/{run.pk}").status_code == 204
    assert api_of(ada).get(f"/api/testruns/{run.pk}").status_code == 404


@pytest.mark.parametrize("name", ["executions", "tests"])
def test_lists_executions_in_the_order_of_the_run(api, execution, name):
    ExecutionFactory(run=execution.run, position=1)

    answer = api.get(f"/api/testruns/{execution.run_id}/{name}?outcome=untested")

    assert [row["position"] for row in answer.data["results"]] == [0, 1]


def test_adds_cases(api, shop, execution):
    case = case_in(shop)

    answer = api.post(f"/api/testruns/{execution.run_id}/cases", {"cases": [case.pk]})

    assert answer.data["progress"]["total"] == 2


def test_assigns_an_execution(api, execution, ada):
    answer = api.patch(f"/api/executions/{execution.pk}", {"assignee": "ada"})

    assert answer.data["assignee"] == "ada"


def test_records_a_result_with_its_steps(api, execution):
    body = {
        "comment": "500",
        "elapsed_seconds": 12,
        "steps": [{"step": "s1", "status": "Failed", "actual": "A blank page"}],
    }

    answer = api.post(f"/api/executions/{execution.pk}/results", body)

    assert answer.status_code == 201
    assert answer.data["status"] == answer.data["suggested"] == "failed"
    assert answer.data["steps"] == [{"step": "s1", "status": "failed", "actual": "A blank page"}]
    assert api.get(f"/api/results/{answer.data['id']}").data == answer.data


def test_lists_results_in_six_statements(api, execution, django_assert_max_num_queries):
    for status in ("failed", "passed", "failed"):
        record(execution, status)

    with django_assert_max_num_queries(6):
        answer = api.get(f"/api/results?project=SHOP&case={execution.case_id}&status=failed")

    assert answer.data["count"] == 2


def test_lists_the_attempts_at_an_execution(api, execution):
    record(execution, "failed")
    record(ExecutionFactory(run=execution.run), "passed")

    answer = api.get(f"/api/executions/{execution.pk}/results")

    assert [row["status"] for row in answer.data["results"]] == ["failed"]


def test_records_many_results_at_once(api, execution):
    body = {
        "results": [
            {"execution": execution.pk, "status": "failed"},
            {"case": execution.case_id, "status": "passed"},
        ]
    }

    answer = api.post(f"/api/testruns/{execution.run_id}/results/bulk", body)

    assert [row["status"] for row in answer.data] == ["failed", "passed"]


def test_refuses_too_many_results_at_once(api, execution):
    body = {"results": [{"case": execution.case_id, "status": "passed"}] * 2001}

    answer = api.post(f"/api/testruns/{execution.run_id}/results/bulk", body)

    assert (answer.status_code, answer.data["code"]) == (413, "too_many")


@pytest.mark.parametrize(
    "body",
    [
        {"results": [{"status": "passed"}]},
        {"results": [{"case": 1, "execution": 1, "status": "passed"}]},
        {"results": [{"case": 2**70, "status": "passed"}]},
        {},
    ],
    ids=["neither", "both", "huge", "nothing"],
)
def test_refuses_entries_that_name_no_test(api, execution, body):
    answer = api.post(f"/api/testruns/{execution.run_id}/results/bulk", body)

    assert (answer.status_code, Result.objects.count()) == (400, 0)


def test_a_closed_run_answers_with_a_conflict(shop, api):
    execution = ExecutionFactory(run=RunFactory(project=shop, closed=True))

    answer = api.post(f"/api/executions/{execution.pk}/results", {"status": "passed"})

    assert (answer.status_code, answer.data["code"]) == (409, "run_closed")


@pytest.mark.parametrize(("closed", "status"), [(False, 201), (True, 409)], ids=["open", "closed"])
def test_takes_evidence_while_the_run_is_open(api, execution, closed, status):
    result = record(execution, "failed")
    Run.objects.update(closed_at=result.created_at if closed else None)
    file = SimpleUploadedFile("log.txt", b"500")

    answer = api.post(
        "/api/attachments",
        {"target": "result", "target_id": result.pk, "file": file},
        format="multipart",
    )

    assert answer.status_code == status


def test_a_token_for_results_records_and_does_no_more(shop, tom, execution):
    api = bearer(tom, "write:results", project=shop)

    recorded = api.post(f"/api/executions/{execution.pk}/results", {"status": "passed"})
    started = api.post("/api/testruns", {"name": "Smoke"})

    assert (recorded.status_code, started.status_code) == (201, 403)
    assert Run.objects.count() == 1


def test_a_token_that_reads_records_nothing(shop, tom, execution):
    api = bearer(tom, "read", project=shop)

    answer = api.post(f"/api/executions/{execution.pk}/results", {"status": "passed"})

    assert answer.status_code == 403


def test_a_viewer_records_nothing(api_of, vera, execution):
    answer = api_of(vera).post(f"/api/executions/{execution.pk}/results", {"status": "passed"})

    assert answer.status_code == 403


@pytest.mark.parametrize(
    "path",
    ["testruns/{run}", "testruns/{run}/executions", "executions/{pk}", "executions/{pk}/results"],
)
def test_a_stranger_finds_nothing(api_of, sam, execution, path):
    url = f"/api/{path.format(run=execution.run_id, pk=execution.pk)}"

    assert api_of(sam).get(url).status_code == 404
    assert api_of(sam).get("/api/results").data["count"] == 0


def test_a_number_that_no_column_holds_is_not_found(api):
    assert api.get("/api/testruns/99999999999999999999").status_code == 404

import pytest

from tests.factories.defects import DefectFactory
from tests.factories.projects import TagFactory
from tests.factories.runs import ExecutionFactory, record


@pytest.fixture
def api(tom, api_of):
    return api_of(tom)


@pytest.fixture
def defect(shop):
    return DefectFactory(project=shop, title="500 on login")


def test_writes_down_a_defect(shop, api):
    result = record(ExecutionFactory(run__project=shop), "failed")
    body = {
        "project": "SHOP",
        "title": "500 on login",
        "severity": "Blocker",
        "assignee": "tom",
        "labels": ["ui", "login"],
        "results": [result.pk],
    }

    answer = api.post("/api/defects", body)

    assert (answer.status_code, answer["ETag"]) == (201, '"1"')
    assert answer.data | {
        "severity": "blocker",
        "assignee": "tom",
        "reporter": "tom",
        "labels": ["login", "ui"],
        "tests": 1,
    } == dict(answer.data)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "title"),
        ({"title": "x", "status": "splendid"}, "status"),
        ({"title": "x", "assignee": "nobody"}, "assignee"),
        ({"title": "x", "results": [2**70]}, "results"),
        ({"title": "x", "colour": "red"}, "colour"),
        ({"title": "a\0b"}, "title"),
    ],
    ids=["empty", "status", "person", "result", "field", "nul"],
)
def test_says_what_is_wrong_with_a_body(shop, api, body, field):
    answer = api.post("/api/defects", {"project": "SHOP", **body})

    assert answer.status_code == 400
    assert field in answer.data["errors"]


def test_lists_defects_in_six_statements(shop, api, django_assert_max_num_queries):
    for _ in range(4):
        result = record(ExecutionFactory(run__project=shop), "failed")
        DefectFactory(project=shop, results=[result]).labels.add(TagFactory(project=shop, name=_))

    with django_assert_max_num_queries(6):
        answer = api.get("/api/defects?project=SHOP&limit=3")

    assert answer.data["count"] == 4
    assert all(row["labels"] and row["tests"] == 1 for row in answer.data["results"])


@pytest.mark.parametrize(
    "query",
    [
        "status=open",
        "progress=new",
        "search=LOGIN",
        "label=ui",
        "label=ui&label=Login",
        "is_assigned=true",
        "case={case}",
        "run={run}",
        "created__gte=2020-01-01T00:00:00Z",
    ],
)
def test_filters_defects(shop, api, query):
    result = record(ExecutionFactory(run__project=shop), "failed")
    found = DefectFactory(project=shop, title="Login", results=[result], assignee_name="Ken")
    found.labels.set([TagFactory(project=shop, name=name) for name in ("ui", "login")])
    DefectFactory(project=shop, title="Other", done=True)
    execution = result.execution

    url = f"/api/defects?{query.format(case=execution.case_id, run=execution.run_id)}"

    titles = [row["title"] for row in api.get(url).data["results"]]
    assert "Login" in titles
    assert len(titles) == (2 if "created" in query else 1)


@pytest.mark.parametrize("query", ["stauts=open", "case=x", "ordering=colour"])
def test_refuses_what_it_does_not_know(api, query):
    assert api.get(f"/api/defects?{query}").status_code == 400


def test_changes_a_defect_under_its_etag(api, defect):
    url = f"/api/defects/{defect.pk}/"

    answer = api.patch(url, {"status": "Fixed"}, headers={"If-Match": '"1"'})
    late = api.patch(url, {"status": "open"}, headers={"If-Match": '"1"'})

    assert (answer.data["status"], answer["ETag"]) == ("fixed", '"2"')
    assert (late.status_code, late.data["current"]["status"]) == (412, "fixed")


def test_null_unassigns(api, defect, tom):
    defect.assignee = tom
    defect.save()

    assert api.patch(f"/api/defects/{defect.pk}", {"assignee": None}).data["assignee"] is None


def test_replaces_what_is_said(api, defect):
    answer = api.put(f"/api/defects/{defect.pk}", {"title": "New", "labels": ["ui"]})

    assert (answer.data["title"], answer.data["labels"]) == ("New", ["ui"])


def test_links_lists_and_unlinks_results(shop, api, defect):
    result = record(ExecutionFactory(run__project=shop), "failed")
    url = f"/api/defects/{defect.pk}/results"

    assert api.post(url, {"results": [result.pk]}).data["tests"] == 1
    assert [row["id"] for row in api.get(url).data["results"]] == [result.pk]
    assert api.delete(f"{url}/{result.pk}").status_code == 204
    assert api.get(url).data["count"] == 0


def test_comments_can_be_said_changed_and_taken_back(api, defect):
    url = f"/api/defects/{defect.pk}/comments"

    said = api.post(url, {"body": "Seen on **rc3**"})
    one = f"{url}/{said.data['id']}"
    better = api.patch(one, {"body": "Seen on rc4"}, headers={"If-Match": said["ETag"]})

    assert (said.status_code, said.data["author"]) == (201, "tom")
    assert better.data["body"] == "Seen on rc4"
    assert api.get(url).data["count"] == 1
    assert api.delete(one).status_code == 204
    assert api.get(url).data["count"] == 0


def test_a_comment_makes_the_defect_count_as_changed(api, defect):
    api.post(f"/api/defects/{defect.pk}/comments", {"body": "Seen"})

    before = defect.updated_at
    defect.refresh_from_db()
    assert (defect.updated_at > before, defect.revision) == (True, 1)


def test_nobody_changes_the_words_of_others(api, api_of, ada, defect):
    said = api.post(f"/api/defects/{defect.pk}/comments", {"body": "Mine"})
    url = f"/api/defects/{defect.pk}/comments/{said.data['id']}"

    assert api_of(ada).patch(url, {"body": "Hers"}).status_code == 403


def test_takes_files(api, defect, tmp_path):
    file = tmp_path / "log.txt"
    file.write_text("500")

    with file.open("rb") as sent:
        answer = api.post(
            "/api/attachments",
            {"target": "defect", "target_id": defect.pk, "file": sent},
            format="multipart",
        )

    assert answer.status_code == 201, answer.data


def test_a_viewer_reads_and_changes_nothing(api_of, vera, defect):
    api = api_of(vera)

    assert api.get(f"/api/defects/{defect.pk}").status_code == 200
    assert api.patch(f"/api/defects/{defect.pk}", {"title": "x"}).status_code == 403
    assert api.post(f"/api/defects/{defect.pk}/comments", {"body": "x"}).status_code == 403


@pytest.mark.parametrize("path", ["", "/comments", "/results"])
def test_a_stranger_finds_nothing(api_of, sam, defect, path):
    api = api_of(sam)

    assert api.get(f"/api/defects/{defect.pk}{path}").status_code == 404
    assert api.get("/api/defects").data["count"] == 0
    assert api.get("/api/defects?project=SHOP").status_code == 404


def test_leads_delete(api_of, ada, tom, defect):
    url = f"/api/defects/{defect.pk}"

    assert api_of(tom).delete(url).status_code == 403
    assert api_of(ada).delete(url).status_code == 204
    assert api_of(ada).get(url).status_code == 404

"""The main job as tooling does it: bearer token, cases, run, defect, sync, refresh."""

import subprocess
import uuid

import pytest
import requests

from tests.flows.installation import ROOT, Ken, until

pytestmark = pytest.mark.flow


def _failed_defect(installation, title):
    """Run a case, fail it, and write down the defect; return the defect."""
    case = installation.call("GET", "/testcases?limit=1")["results"][0]
    run = installation.call("POST", "/testruns", json={"name": "By API", "cases": [case["id"]]})
    [execution] = installation.call("GET", f"/testruns/{run['id']}/executions")["results"]
    result = installation.call(
        "POST", f"/executions/{execution['id']}/results", json={"status": "failed"}
    )
    body = {"title": title, "description": "It **breaks**.", "results": [result["id"]]}
    return installation.call("POST", "/defects", json=body)


@pytest.mark.xdist_group("embedded")
def test_the_two_lines_of_the_readme_work_as_printed(embedded):
    token = embedded.keys["token"]
    readme = (ROOT / "README.md").read_text()
    lines = [line.strip() for line in readme.splitlines() if line.startswith("    curl ")]
    lines = [
        line.replace("<token>", token).replace("http://127.0.0.1:8000", embedded.url)
        for line in lines
    ]

    answers = [
        subprocess.run(line, shell=True, capture_output=True, check=True, timeout=30).stdout
        for line in lines
    ]

    assert b'"results"' in answers[0]
    assert b'"title":"Login Test"' in answers[1]


@pytest.mark.xdist_group("embedded")
def test_a_token_without_a_project_is_told_to_name_one(embedded):
    token = embedded.manage("create_token", "--user", "demo", "--name", "bare").strip()

    answer = requests.post(
        f"{embedded.url}/api/testcases",
        json={"title": "Login Test"},
        headers={"Authorization": f"Bearer {token}"},
        timeout=30,
    )

    assert answer.status_code == 400
    assert "project" in answer.json()["errors"]


def test_a_defect_becomes_an_issue_and_its_status_and_comment_come_back(installation):
    title = f"500 on login {uuid.uuid4().hex[:8]}"
    defect, ken = _failed_defect(installation, title), Ken(installation)

    installation.call("POST", f"/defects/{defect['id']}/sync")
    key = installation.synced(defect["id"])["key"]
    ken.move(key, "In Progress")
    ken.comment(key, "Reproduced on rc3.")
    installation.call("POST", f"/defects/{defect['id']}/refresh")

    def said():
        comments = installation.call("GET", f"/defects/{defect['id']}/comments")["results"]
        return [comment["body"] for comment in comments]

    assert until(said, what="the comment") == ["Reproduced on rc3."]
    assert installation.call("GET", f"/defects/{defect['id']}")["status"] == "in-progress"
    assert ken.issue(key)["summary"] == title
    assert ken.titles().count(title) == 1


def test_a_comment_here_is_copied_there_once_and_never_back(installation):
    title = f"Wrong total {uuid.uuid4().hex[:8]}"
    defect, ken = _failed_defect(installation, title), Ken(installation)
    installation.call("POST", f"/defects/{defect['id']}/comments", json={"body": "Seen **twice**."})

    installation.call("POST", f"/defects/{defect['id']}/sync")
    key = installation.synced(defect["id"])["key"]
    until(lambda: ken.comments(key), what="the copy")
    for _ in range(2):
        installation.call("POST", f"/defects/{defect['id']}/sync")
        installation.synced(defect["id"])

    assert len(ken.comments(key)) == 1
    assert len(installation.call("GET", f"/defects/{defect['id']}/comments")["results"]) == 1


@pytest.mark.full
def test_an_outage_is_told_in_words_and_ends_by_itself(installation):
    defect, ken = _failed_defect(installation, f"Outage {uuid.uuid4().hex[:8]}"), Ken(installation)
    lever = f"{installation.sandbox_url}/_sandbox/down"
    requests.post(lever, json={"mode": "closed"}, timeout=10)
    installation.call("POST", f"/defects/{defect['id']}/sync")

    waiting = installation.synced(defect["id"], "waiting")
    requests.delete(lever, timeout=10)

    assert "Jira" in waiting["message"] or "answer" in waiting["message"], waiting
    key = installation.synced(defect["id"])["key"]
    assert ken.titles().count(defect["title"]) == 1
    assert ken.issue(key)["summary"] == defect["title"]

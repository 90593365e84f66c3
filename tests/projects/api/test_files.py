import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from testmgmt.core import targets
from testmgmt.core.models import TargetKind
from testmgmt.core.permissions import Action

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100


@pytest.fixture(autouse=True)
def things(shop, monkeypatch):
    """Case 1 exists, in the shop; nothing else does."""
    here = targets.TargetType(Action.EDIT_CASES, lambda pk: shop.pk if pk == 1 else None)
    monkeypatch.setattr(targets, "_types", {TargetKind.CASE.value: here})


def _upload(api, name="shot.png", content=PNG, **more):
    file = SimpleUploadedFile(name, content, "text/html")
    body = {"target": "case", "target_id": 1, "file": file, **more}
    return api.post("/api/attachments", body, format="multipart")


def test_keeps_a_file_and_reads_its_kind_from_its_bytes(api_of, tom):
    answer = _upload(api_of(tom))

    assert answer.status_code == 201
    body = answer.json()
    assert (body["mime"], body["size"], body["name"]) == ("image/png", len(PNG), "shot.png")
    assert api_of(tom).get(body["url"]).status_code == 302  # pages ask for a session


def test_lists_and_removes_the_files_of_a_thing(api_of, tom):
    made = _upload(api_of(tom)).json()

    listed = api_of(tom).get("/api/attachments?target=case&target_id=1").json()

    assert [file["id"] for file in listed["results"]] == [made["id"]]
    assert api_of(tom).delete(f"/api/attachments/{made['id']}/").status_code == 204
    assert api_of(tom).get(f"/api/attachments/{made['id']}").status_code == 404


def test_lists_in_a_fixed_number_of_statements(api_of, tom, django_assert_max_num_queries):
    for number in range(5):
        _upload(api_of(tom), f"{number}.png")

    with django_assert_max_num_queries(6):
        api_of(tom).get("/api/attachments?target=case&target_id=1")


def test_asks_the_project_of_the_thing(api_of, tom, vera, sam):
    made = _upload(api_of(tom)).json()

    assert _upload(api_of(vera)).status_code == 403
    assert _upload(api_of(sam)).status_code == 404
    assert api_of(vera).get(f"/api/attachments/{made['id']}").status_code == 200
    assert api_of(vera).delete(f"/api/attachments/{made['id']}").status_code == 403
    assert api_of(sam).get(f"/api/attachments/{made['id']}").status_code == 404
    hidden = api_of(sam).get("/api/attachments?target=case&target_id=1").json()
    assert hidden["count"] == 0


@pytest.mark.parametrize("more", [{"target_id": 2}, {"target": "run"}])
def test_refuses_things_that_do_not_exist(api_of, tom, more):
    assert _upload(api_of(tom), **more).status_code == 404


def test_refuses_what_is_too_large(api_of, tom, settings):
    settings.MAX_UPLOAD_MB = 0

    answer = _upload(api_of(tom))

    assert answer.status_code == 413
    assert answer.json()["code"] == "file_too_large"

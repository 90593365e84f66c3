import json
import re

import pytest
from django.core.management import call_command
from django.test import Client
from rest_framework.test import APIClient


def test_answers_an_unknown_address_with_a_problem(db):
    answer = APIClient().get("/api/nope")

    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert json.loads(answer.content)["code"] == "not_found"


def test_answers_a_fault_of_ours_with_a_problem(db, settings):
    settings.ROOT_URLCONF = "tests.api.broken_urls"

    answer = Client(raise_request_exception=False).get("/api/broken")

    assert answer.status_code == 500
    assert json.loads(answer.content)["code"] == "server_error"
    assert "Secret detail" not in answer.content.decode()


def test_never_redirects_for_a_slash(api_of, tom):
    assert api_of(tom).get("/api/auth/me").status_code == 200
    assert api_of(tom).get("/api/auth/me/").status_code == 200


@pytest.mark.django_db
def test_describes_itself_without_a_warning(tmp_path):
    schema = tmp_path / "schema.yml"

    call_command("spectacular", fail_on_warn=True, validate=True, file=str(schema))

    assert "/api/projects/{project}/members/" in schema.read_text()


def test_serves_its_reference_from_our_own_files(db, client):
    html = client.get("/api/docs/").content.decode()

    assert "swagger-ui" in html
    assert not re.search(r"(src|href)=.(https?:)?//", html)

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client


def test_is_alive_without_asking_anybody(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")

    assert answer.content == b"ok"


def test_is_ready_once_every_table_is_there(client, db):
    answer = client.get("/readyz")

    assert (answer.status_code, answer.json()) == (200, {"database": "ok", "migrations": "ok"})


def test_is_not_ready_before_a_migration_ran(client, db):
    MigrationRecorder(connection).record_unapplied("core", "0001_initial")

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert "pending" in answer.json()["migrations"]


def test_shows_a_fault_without_its_details(db, settings):
    settings.ROOT_URLCONF = "tests.api.broken_urls"

    answer = Client(raise_request_exception=False).get("/broken")

    assert answer.status_code == 500
    assert "on our side" in answer.content.decode()
    assert "Secret detail" not in answer.content.decode()


def test_shows_our_page_for_an_address_that_does_not_exist(page_of, tom):
    answer = page_of(tom).get("/nowhere/")

    assert answer.status_code == 404
    assert "There is no such thing here" in answer.content.decode()


def test_explains_a_form_that_is_too_old(tom):
    client = Client(enforce_csrf_checks=True)
    client.force_login(tom)

    answer = client.post("/profile/theme/")

    assert answer.status_code == 403
    assert "open for too long" in answer.content.decode()

"""A planted token is in no table, no line of the log, no message of a broker and no answer."""

import base64
import logging
import os
import uuid
from contextlib import suppress
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from kombu import Connection as Broker
from kombu import pools

from integrations import services, tasks
from integrations.models import SyncLog, System
from integrations.sandbox.faults import Fault, FaultKind
from testmgmt.celery import app
from testmgmt.defects import services as defects
from testmgmt.defects.domain import DefectChange
from tests.factories.integrations import pass_time
from tests.flows.installation import RABBITMQ, is_listening
from tests.integrations.conftest import ENG, JIRA_TOKEN

HOOK_SECRET = "planted-h00k-secret"
BROKERS = {"RabbitMQ": (RABBITMQ, 5672), "Redis": ("redis://127.0.0.1:6379/0", 6379)}
PLANTED = [
    JIRA_TOKEN.encode(),
    HOOK_SECRET.encode(),
    base64.b64encode(f"sync@example.com:{JIRA_TOKEN}".encode()),
    base64.b64encode(JIRA_TOKEN.encode()),
]


def stored() -> bytes:
    """Return all that the database holds: SQLite's own bytes, PostgreSQL's rows as text."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            return cursor.connection.serialize()
        parts = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT one::text FROM "{table}" one')  # noqa: S608  its own tables
            parts += [row[0].encode() for row in cursor.fetchall()]
        return b"\n".join(parts)


def found_in(text: bytes) -> list[bytes]:
    return [secret for secret in PLANTED if secret in text]


@pytest.fixture
def log(caplog):
    """Return what all loggers say, however little of it is shown."""
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "urllib3")
    caplog.set_level(logging.DEBUG, "django")
    return caplog


@pytest.fixture
def troubled(linked, tracker, cloud, ada, tom, minute):
    """Return a system that was synced through every kind of failure."""
    System.objects.filter(pk=tracker.pk).update(hook_secret=HOOK_SECRET)
    troubles = [
        Fault(FaultKind.BEFORE, method="POST", path=r"/bulkfetch"),
        Fault(FaultKind.AFTER_APPLY, method="PUT", path=r"/issue/"),
        Fault(FaultKind.DROP, method="POST", path=r"/bulkfetch"),
    ]
    for number, fault in enumerate(troubles):
        cloud.faults(fault)
        defects.update_defect(
            user=tom, defect_id=linked.pk, change=DefectChange(title=f"Trouble {number}")
        )
        minute()
    cloud.faults()
    cloud.go_down()
    minute()
    cloud.come_back()
    pass_time(3600)
    cloud.change_account("sync", {"token": "another"})
    minute()
    verified = services.verify_system(user=ada, system_id=tracker.pk)
    assert not verified.is_ok
    return tracker


def test_what_is_found_here_would_be_found(troubled):
    text = stored()

    assert b"Our Jira" in text
    assert b"Login fails" in text or b"Trouble" in text
    assert SyncLog.objects.filter(outcome="retry").exists()


def test_no_table_holds_it(troubled):
    assert System.objects.get(pk=troubled.pk).hook_secret == HOOK_SECRET
    assert found_in(stored()) == []


def test_no_line_of_the_log_holds_it(log, troubled, client):
    client.post(f"/api/hooks/in/{troubled.pk}", "{}", "application/json")

    records = [*log.get_records("setup"), *log.records]
    lines = [f"{record.getMessage()} {record.args} {record.exc_text or ''}" for record in records]
    assert any("/rest/api/3/" in line for line in lines)
    assert found_in("\n".join(lines).encode()) == []


def test_no_answer_holds_it(troubled, linked, ada, api_of, page_of):
    api, page = api_of(ada), page_of(ada)
    job = services.start_preview(user=ada, connection_id=troubled.endpoints.get().connection_id)
    services.work_preview(job_id=job.pk)
    one = troubled.endpoints.get().connection_id
    urls = [
        *(f"/api/integrations{part}" for part in ("", f"/{troubled.pk}", f"/{troubled.pk}/health")),
        f"/api/integrations/{troubled.pk}/projects",
        f"/api/integrations/{troubled.pk}/fields?project={ENG}",
        *(f"/api/connections/{one}{part}" for part in ("", "/rules", "/explain?item=D-1")),
        f"/api/connections/{one}/rules/preview/{job.pk}",
        f"/api/jobs/{job.pk}",
        *(f"/api/defects/{linked.pk}/{part}" for part in ("sync", "sync-log", "explain")),
        *("/api/sync/queue", "/api/sync/metrics", "/api/conflicts"),
    ]
    pages = [
        f"/integrations/{one}/",
        f"/projects/SHOP/settings/integrations/systems/{troubled.pk}/edit/",
        f"/projects/SHOP/settings/integrations/systems/{troubled.pk}/hook/",
        f"/sync/defects/{linked.pk}/",
    ]

    answers = [api.get(url) for url in urls] + [page.get(url) for url in pages]

    assert {answer.status_code for answer in answers} <= {200, 400}
    assert found_in(b"\n".join(answer.content for answer in answers)) == []


@pytest.fixture(params=BROKERS)
def sent(request, monkeypatch):
    """Return a function that gives everything that was sent to a real broker."""
    address, port = BROKERS[request.param]
    if not is_listening(port):
        pytest.skip(f"{request.param} of this machine cannot be reached")
    name = f"secrets-{os.getpid()}-{uuid.uuid4().hex}"
    for task in (tasks.drain, tasks.preview):
        monkeypatch.setattr(task, "queue", name, raising=False)
        monkeypatch.setattr(task, "_exec_options", None)
    with Broker(address) as broker:
        monkeypatch.setattr(app.amqp, "_producer_pool", pools.Producers(limit=2)[broker])

        def received():
            messages, queue = [], broker.SimpleQueue(name)
            with suppress(queue.Empty):
                while True:
                    message = queue.get(timeout=1)
                    told = (message.body, message.headers, message.properties)
                    messages.append(repr(told).encode())
                    message.ack()
            queue.close()
            return messages

        yield received
        with broker.channel() as channel:
            channel.queue_delete(name)


def test_no_message_of_a_broker_holds_it(
    sent, troubled, linked, ada, tom, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        services.request_sync(user=tom, project_id=linked.project_id, item_ids=[f"D-{linked.pk}"])
        services.update_credentials(
            user=ada, system_id=troubled.pk, credentials={"token": JIRA_TOKEN}
        )
        services.start_preview(user=ada, connection_id=troubled.endpoints.get().connection_id)

    messages = sent()

    assert len(messages) >= 2
    assert any(str(troubled.pk).encode() in message for message in messages)
    assert found_in(b"\n".join(messages)) == []


def test_the_files_of_the_embedded_broker_hold_nothing_either(
    troubled, linked, tom, django_capture_on_commit_callbacks
):
    folder = Path(settings.DATA_DIR) / "broker"
    before = set(folder.iterdir())

    with django_capture_on_commit_callbacks(execute=True):
        services.request_sync(user=tom, project_id=linked.project_id, item_ids=[f"D-{linked.pk}"])

    fresh = set(folder.iterdir()) - before
    assert fresh
    assert [found_in(file.read_bytes()) for file in fresh] == [[] for _ in fresh]
    for file in fresh:
        file.unlink()

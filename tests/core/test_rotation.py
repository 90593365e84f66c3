"""Stored secrets move to a new key while the old one still reads; then the old one can go."""

from io import StringIO

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.core.management import CommandError, call_command
from django.db import connection

from integrations.models import System
from testmgmt.core import rotation
from tests.factories.integrations import SystemFactory

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.fixture
def systems(db, settings):
    settings.FIELD_KEYS = [OLD]
    made = SystemFactory.create_batch(5, credentials='{"token": "secret"}', hook_secret="hook")
    settings.FIELD_KEYS = [NEW, OLD]
    return made


def stored():
    with connection.cursor() as cursor:
        cursor.execute("SELECT credentials, hook_secret FROM integrations_system")
        return [value for row in cursor.fetchall() for value in row]


def test_everything_is_read_by_the_new_key_alone(systems, settings, monkeypatch):
    monkeypatch.setattr(rotation, "BATCH", 2)

    done = rotation.rotate_keys()

    settings.FIELD_KEYS = [NEW]
    assert {(one.column, one.written) for one in done} == {
        ("System.credentials", 5),
        ("System.hook_secret", 5),
    }
    assert {(one.credentials, one.hook_secret) for one in System.objects.all()} == {
        ('{"token": "secret"}', "hook")
    }


def test_a_second_run_writes_nothing(systems):
    rotation.rotate_keys()
    before = stored()

    done = rotation.rotate_keys()

    assert {one.written for one in done} == {0}
    assert stored() == before


def test_the_old_key_still_reads_before(systems, settings):
    assert System.objects.first().hook_secret == "hook"
    settings.FIELD_KEYS = [NEW]
    with pytest.raises(InvalidToken):
        System.objects.first()


def test_what_somebody_saves_meanwhile_is_kept(systems, monkeypatch):
    is_new = rotation._opens

    def saved_meanwhile(key, value):
        System.objects.filter(pk=systems[0].pk).update(hook_secret="newer")
        return is_new(key, value)

    monkeypatch.setattr(rotation, "_opens", saved_meanwhile)

    rotation.rotate_keys()

    assert System.objects.get(pk=systems[0].pk).hook_secret == "newer"


def test_an_empty_column_is_left_alone(systems):
    SystemFactory(credentials="", hook_secret="")

    assert {one.written for one in rotation.rotate_keys()} == {5}


def test_what_no_key_opens_is_named_and_the_rest_is_done(systems, settings):
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    lost = SystemFactory(credentials="lost", hook_secret="")
    settings.FIELD_KEYS = [NEW, OLD]

    with pytest.raises(CommandError, match=str(lost.pk)):
        call_command("rotate_keys", stdout=StringIO())

    settings.FIELD_KEYS = [NEW]
    assert System.objects.get(pk=systems[0].pk).hook_secret == "hook"


def test_the_command_says_what_it_did(systems):
    out = StringIO()

    call_command("rotate_keys", stdout=out)

    assert "System.credentials: 5 encrypted anew" in out.getvalue()
    assert "secret" not in out.getvalue().replace("hook_secret", "")

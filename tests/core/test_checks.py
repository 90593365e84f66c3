import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from testmgmt.core import checks
from tests.factories.accounts import UserFactory

SECRET = "x" * 50


@pytest.fixture
def production(settings):
    settings.MODE = "production"
    settings.IS_PRODUCTION = True
    settings.DEBUG = False
    settings.SECRET_KEY = settings.SYNC_KEY = settings.SYNC_INSTALLATION_ID = SECRET
    settings.FIELD_KEYS = [SECRET]
    settings.ALLOWED_HOSTS = ["tests.example.com"]
    return settings


def _ids(problems):
    return [problem.id for problem in problems]


def test_finds_nothing_wrong_with_a_safe_production(production):
    assert checks.check_settings() == []


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("SECRET_KEY", "unset", "testmgmt.E001"),
        ("SECRET_KEY", "short", "testmgmt.E001"),
        ("FIELD_KEYS", [], "testmgmt.E001"),
        ("SYNC_KEY", "", "testmgmt.E001"),
        ("MODE", "prod", "testmgmt.E002"),
        ("DEBUG", True, "testmgmt.E003"),
        ("ALLOWED_HOSTS", ["*"], "testmgmt.E004"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_names_what_is_unsafe(production, name, value, problem):
    setattr(production, name, value)

    assert _ids(checks.check_settings()) == [problem]


def test_refuses_demo_accounts_in_production_only(db, settings):
    UserFactory(username="demo", is_demo=True)

    assert checks.check_demo_accounts(databases=["default"]) == []
    settings.IS_PRODUCTION = True
    assert _ids(checks.check_demo_accounts(databases=["default"])) == ["testmgmt.E005"]


def test_forgives_a_demo_account_that_nobody_can_use(db, production):
    UserFactory(username="demo", is_demo=True, is_active=False)

    assert checks.check_demo_accounts(databases=["default"]) == []


def test_keeps_the_web_server_from_starting(db, production):
    UserFactory(username="demo", is_demo=True)

    with pytest.raises(ImproperlyConfigured, match="demo accounts"):
        checks.stop_if_unsafe()


def test_needs_its_secrets_from_the_environment(tmp_path):
    inherited = {"SECRET_KEY", "DATABASE_URL"}
    clean = {name: value for name, value in os.environ.items() if name not in inherited}
    environment = {**clean, "MODE": "production", "DATA_DIR": str(tmp_path)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)

    started = subprocess.run(
        [sys.executable, "-c", "import testmgmt.wsgi"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert started.returncode != 0
    assert "SECRET_KEY is missing" in started.stderr

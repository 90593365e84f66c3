"""The commands of an installation, in processes of their own where settings differ."""

import os
import socket
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from testmgmt.accounts.models import ApiKey
from testmgmt.core.permissions import Scope

ROOT = Path(__file__).resolve().parents[2]
GOOD = "x" * 40


def _manage(folder, *words, **variables):
    environment = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder}/production.sqlite3",
        **variables,
    }
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60
    )


def test_create_token_prints_the_token_alone(shop, tom):
    out = StringIO()

    call_command("create_token", user="tom", name="CI", project="SHOP", scope=["read"], stdout=out)

    token = out.getvalue()
    assert token.startswith("tmp_")
    assert token.count("\n") == 1
    key = ApiKey.objects.get()
    assert (key.user, key.project, key.scopes) == (tom, shop, [Scope.READ])
    assert token.strip() not in key.digest


def test_create_token_names_what_is_unknown(shop, tom):
    with pytest.raises(CommandError, match="nobody"):
        call_command("create_token", user="nobody", name="CI")
    with pytest.raises(CommandError, match="project"):
        call_command("create_token", user="tom", name="CI", project="NONE")


def test_up_says_which_port_is_taken(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])

        done = _manage(tmp_path, "up", PORT=port)

    assert done.returncode != 0
    assert f"Port {port}" in done.stderr
    assert "PORT" in done.stderr


def test_reset_deletes_the_data_and_nothing_else(tmp_path):
    folder = tmp_path / "data"
    (folder / "media").mkdir(parents=True)
    beside = tmp_path / "mine.txt"
    beside.write_text("keep")

    done = _manage(folder, "reset", "--yes")

    assert done.returncode == 0, done.stderr
    assert not folder.exists()
    assert beside.exists()


def test_embedded_secrets_are_for_their_owner_only(tmp_path):
    done = _manage(tmp_path, "check")

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "secrets.env").stat().st_mode & 0o777 == 0o600


SECRETS = {
    "SECRET_KEY": GOOD,
    "FIELD_KEYS": "m5zP0GmY4JrXv2Kq8nWc1oT7uB3sD6fH9aE0iLkRjQw=",
    "SYNC_KEY": GOOD,
    "SYNC_INSTALLATION_ID": "7b1f5cf0-5d54-4d5e-9d8e-2f4a0a3c9b11",
}


@pytest.mark.parametrize("missing", SECRETS)
def test_production_refuses_to_start_without_a_secret(tmp_path, missing):
    variables = {name: value for name, value in SECRETS.items() if name != missing}

    done = _manage(tmp_path, "check", MODE="production", **variables)

    assert done.returncode != 0
    assert missing in done.stderr


def test_production_refuses_debug(tmp_path):
    done = _manage(tmp_path, "check", MODE="production", DEBUG="1", **SECRETS)

    assert done.returncode != 0
    assert "DEBUG" in done.stderr


def test_production_starts_with_all_secrets(tmp_path):
    done = _manage(tmp_path, "check", MODE="production", **SECRETS)

    assert done.returncode == 0, done.stderr


def test_production_refuses_a_demo(tmp_path):
    done = _manage(tmp_path, "demo", MODE="production", **SECRETS)

    assert done.returncode != 0
    assert "production" in done.stderr


def test_production_refuses_demo_accounts(tmp_path):
    database = f"sqlite:///{tmp_path}/one.sqlite3"
    made = _manage(tmp_path, "migrate", "-v0", DATABASE_URL=database)
    code = (
        "from testmgmt.accounts.models import User;User.objects.create_user('demo', is_demo=True)"
    )
    _manage(tmp_path, "shell", "-c", code, DATABASE_URL=database)

    done = _manage(tmp_path, "up", "--no-demo", MODE="production", DATABASE_URL=database, **SECRETS)

    assert made.returncode == 0, made.stderr
    assert done.returncode != 0
    assert "demo" in done.stderr

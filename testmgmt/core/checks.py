"""Bad settings answer with a hint when the server starts."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Error, Tags, register, run_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

SECRET_LENGTH = 32


def _secrets() -> list[CheckMessage]:
    wanted = {
        "SECRET_KEY": settings.SECRET_KEY if settings.SECRET_KEY != "unset" else "",  # noqa: S105  our own mark for "none"
        "FIELD_KEYS": ",".join(settings.FIELD_KEYS),
        "SYNC_KEY": settings.SYNC_KEY,
        "SYNC_INSTALLATION_ID": settings.SYNC_INSTALLATION_ID,
    }
    return [
        Error(
            f"{name} is missing or shorter than {SECRET_LENGTH} characters.",
            hint=f"Set {name} in the environment; the README says how to make one.",
            id="testmgmt.E001",
        )
        for name, value in wanted.items()
        if len(value) < SECRET_LENGTH
    ]


@register()
def check_settings(**_: Any) -> list[CheckMessage]:
    """Refuse a production that is not one."""
    problems = _secrets()
    if settings.MODE not in {"embedded", "production"}:
        problems.append(
            Error("MODE must be embedded or production.", id="testmgmt.E002"),
        )
    if settings.IS_PRODUCTION and settings.DEBUG:
        problems.append(
            Error("DEBUG is on in production.", hint="Unset DEBUG.", id="testmgmt.E003")
        )
    if settings.IS_PRODUCTION and "*" in settings.ALLOWED_HOSTS:
        problems.append(
            Error("ALLOWED_HOSTS allows every host.", hint="Name yours.", id="testmgmt.E004")
        )
    return problems


@register(Tags.database)
def check_demo_accounts(*, databases: Sequence[str] | None, **_: Any) -> list[CheckMessage]:
    """Refuse a production with accounts whose passwords everybody knows."""
    user_model = get_user_model()
    table = user_model._meta.db_table  # noqa: SLF001  Django's documented interface
    for alias in databases or () if settings.IS_PRODUCTION else ():
        if table not in connections[alias].introspection.table_names():
            continue
        if user_model.objects.using(alias).filter(is_demo=True, is_active=True).exists():
            hint = "Delete or deactivate them, or begin with an empty database."
            return [Error("There are demo accounts.", hint=hint, id="testmgmt.E005")]
    return []


def stop_if_unsafe() -> None:
    """Keep a server from starting that any check calls an error; the web server calls this."""
    problems = [str(one) for one in run_checks(databases=["default"]) if one.is_serious()]
    if problems:
        raise ImproperlyConfigured("\n".join(problems))

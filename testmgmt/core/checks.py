"""Bad settings answer with a hint when the server starts."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

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

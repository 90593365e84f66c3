"""Encrypted columns under a new key: batch by batch, while everything goes on working."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import QuerySet, Value
from django.db.models.functions import Cast

from testmgmt.core.fields import EncryptedTextField

BATCH = 200


@dataclass(frozen=True, slots=True)
class Rotated:
    """What became of one column: values written anew, and those that no key opens, by row."""

    column: str
    written: int
    unreadable: tuple[str, ...]


def rotate_keys() -> list[Rotated]:
    """Bring every encrypted value under the first of `FIELD_KEYS`; may run again at any time."""
    return [
        _rotated(model, field.name)
        for model in apps.get_models()
        for field in model._meta.get_fields()  # noqa: SLF001  Django's documented interface
        if isinstance(field, EncryptedTextField)
    ]


def _rotated(model: type[models.Model], column: str) -> Rotated:
    newest, ring = _keys()
    written, unreadable = 0, list[str]()
    for pk, stored in _stored(model, column):
        if _opens(newest, stored):
            continue
        try:
            fresh = ring.rotate(stored.encode()).decode()
        except InvalidToken:
            unreadable.append(str(pk))
            continue
        # somebody may have saved meanwhile: that value is under the newest key already
        same = _raw(model, column).filter(pk=pk, raw=stored)
        written += same.update(**{column: Value(fresh, models.TextField())})
    return Rotated(f"{model.__name__}.{column}", written, tuple(unreadable))


def _keys() -> tuple[Fernet, MultiFernet]:
    keys = [Fernet(key) for key in settings.FIELD_KEYS]
    return keys[0], MultiFernet(keys)


def _opens(key: Fernet, stored: str) -> bool:
    try:
        key.decrypt(stored.encode())
    except InvalidToken:
        return False
    return True


def _raw(model: type[models.Model], column: str) -> QuerySet[Any]:
    """Return the rows with the column as it is stored; the field itself would decrypt it."""
    rows: QuerySet[Any] = QuerySet(model).annotate(raw=Cast(column, models.TextField()))
    return rows


def _stored(model: type[models.Model], column: str) -> Iterator[tuple[Any, str]]:
    """Yield (row, value) in batches by key, so that no table is loaded whole."""
    rows = _raw(model, column).exclude(raw="").exclude(raw=None).order_by("pk")
    page = list(rows.values_list("pk", "raw")[:BATCH])
    while page:
        yield from page
        page = list(rows.filter(pk__gt=page[-1][0]).values_list("pk", "raw")[:BATCH])

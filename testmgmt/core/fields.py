"""A column that is encrypted at rest."""

from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import models


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]  # the stubs' field is generic, Django's is not
    """Text under the first of `FIELD_KEYS`; the others still decrypt. A bad token is an error."""

    def _fernet(self) -> MultiFernet:
        return MultiFernet([Fernet(key) for key in settings.FIELD_KEYS])

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt on the way in."""
        return value if value in {None, ""} else self._fernet().encrypt(value.encode()).decode()

    def from_db_value(self, value: Any, *_: Any) -> Any:
        """Decrypt on the way out."""
        return value if value in {None, ""} else self._fernet().decrypt(value.encode()).decode()

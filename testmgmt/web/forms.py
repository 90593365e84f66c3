"""How a page's form meets a service."""

from collections.abc import Callable
from typing import TypeVar

from django.forms import BaseForm

from testmgmt.core.errors import ConflictError, DomainError, ForbiddenError, NotFoundError

T = TypeVar("T")


def attempt(form: BaseForm, save: Callable[[], T]) -> T | None:
    """Call a service for a valid form; a rule that it breaks stands at its field.

    What is about the person or the state, not about the input, goes on to the page of errors.
    """
    try:
        return save()
    except (NotFoundError, ForbiddenError, ConflictError):
        raise
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return None

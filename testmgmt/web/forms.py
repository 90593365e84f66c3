"""How a page's form meets a service."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from django.forms import BaseForm, BooleanField, CharField, Form, Textarea

from testmgmt.core.comments import MAX_LENGTH
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


class CommentForm(Form):
    """What somebody says of a thing; a tracker never sees what is restricted."""

    body = CharField(
        max_length=MAX_LENGTH,
        label="New comment",
        widget=Textarea(attrs={"rows": 3, "placeholder": "Write a comment, in Markdown."}),
    )
    is_restricted = BooleanField(required=False)


def comment_by(data: Mapping[str, Any], say: Callable[..., T]) -> tuple[CommentForm, T | None]:
    """Have said what was typed; where that is refused, the form says why and nothing is made."""
    form = CommentForm(data)
    return form, attempt(form, partial(say, **form.cleaned_data)) if form.is_valid() else None

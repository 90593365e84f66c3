"""What the pages for people share: frame, look, small parts, and the guard before forms.

`Markup.format` escapes every value that is put in.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Generic, TypeVar

from markupsafe import Markup
from werkzeug import Request, Response
from werkzeug.exceptions import Forbidden

from integrations.sandbox.origin import is_trusted

S = TypeVar("S")
_POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'"
_STYLE = Path(__file__).with_name("page.css")
_FRAME = Markup(
    """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · Sandbox {tracker}</title>
<link rel="stylesheet" href="{root}/style.css">
</head>
<body>
<header class="top">
<a class="brand" href="{root}/"><span class="tile" aria-hidden="true">{letter}</span>
Sandbox {tracker}</a>
<p>A small {tracker} to try things with. You are Ken Ito.</p>
</header>
<main>{errors}{body}</main>
</body>
</html>
"""
)
_COMMENT = Markup(
    """<article class="comment" id="{anchor}">
<header><strong>{author}</strong> <time datetime="{iso}">{time}</time> {note}</header>
<div class="prose">{body}</div></article>"""
)


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every page of one tracker."""

    tracker: str

    def page(self, root: str, title: str, body: Markup, errors: Sequence[str] = ()) -> Markup:
        """Return a whole page, with what went wrong above its body."""
        shown = [Markup('<p class="error" role="alert">{}</p>').format(error) for error in errors]
        return _FRAME.format(
            root=root,
            title=title,
            tracker=self.tracker,
            letter=self.tracker[0],
            body=body,
            errors=join(shown),
        )


@dataclass(frozen=True, slots=True)
class PageVisit(Generic[S]):
    """One request of a person to a tracker's site."""

    site: S
    request: Request

    @property
    def root(self) -> str:
        """Return what all paths begin with."""
        return self.request.script_root

    def field(self, name: str) -> str:
        """Return what was typed into a field."""
        return self.request.form.get(name, "").replace("\r\n", "\n").strip()


def options(pairs: Iterable[tuple[str, str]], chosen: str) -> Markup:
    """Return the options of a select, from pairs of value and name."""
    line = Markup('<option value="{}"{}>{}</option>')
    mark = Markup(" selected")
    return join(line.format(v, mark if v == chosen else "", name) for v, name in pairs)


def comment(anchor: str, author: str, at: datetime, body: Markup, note: str = "") -> Markup:
    """Return one comment of a conversation."""
    shown = f"{at:%d %b %Y, %H:%M}"
    return _COMMENT.format(
        anchor=anchor, author=author, iso=at.isoformat(), time=shown, body=body, note=note
    )


def details(rows: Iterable[tuple[str, object]]) -> Markup:
    """Return a list of names with their values."""
    return Markup("<dl>{}</dl>").format(
        join(Markup("<dt>{}</dt><dd>{}</dd>").format(*row) for row in rows)
    )


def empty(sentence: str) -> Markup:
    """Return what stands where a list has nothing."""
    return Markup('<p class="empty">{}</p>').format(sentence)


def join(parts: Iterable[Markup]) -> Markup:
    """Return the parts one after another."""
    return Markup("").join(parts)


def respond(body: Markup, status: int = 200) -> Response:
    """Return a page as an answer that loads nothing from elsewhere."""
    headers = {"Content-Security-Policy": _POLICY, "X-Content-Type-Options": "nosniff"}
    return Response(str(body), status, headers, content_type="text/html; charset=utf-8")


def style(_: object = None) -> Response:
    """Return the stylesheet."""
    return Response(_STYLE.read_text(encoding="utf-8"), content_type="text/css")


def require_own_page(request: Request) -> None:
    """Refuse forms that other sites send."""
    if not is_trusted(request):
        raise Forbidden("This form did not come from this page.")

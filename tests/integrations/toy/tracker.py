"""The toy tracker: notes, a status, comments; JSON over HTTP on loopback."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import count
from typing import Any, Self

from werkzeug.wrappers import Request, Response

from integrations.sandbox.server import LoopbackServer

STATUSES = ("open", "closed")


@dataclass
class ToyTracker:
    """One board of notes; `fault` may answer a call in place of the tracker, before or after."""

    token: str = "toy-t0ken"
    notes: dict[str, dict[str, Any]] = field(default_factory=dict)
    ids: "count[int]" = field(default_factory=lambda: count(1))
    changes: "count[int]" = field(default_factory=lambda: count(1))
    fault: str = ""
    calls: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        self.server = LoopbackServer(self)
        self.server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.close()

    @property
    def url(self) -> str:
        return self.server.url

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        return self._answer(Request(environ))(environ, start)

    # -- what people and callers do

    def add(self, title: str, **more: Any) -> dict[str, Any]:
        """Pin a note."""
        note = {"id": str(next(self.ids)), "title": title, "text": "", "status": "open"}
        note |= {"by": "ken", "mark": "", "comments": [], **more}
        self.notes[note["id"]] = note
        return self.touched(note)

    def edit(self, id_: str, **changes: Any) -> dict[str, Any]:
        """Change a note."""
        self.notes[id_] |= changes
        return self.touched(self.notes[id_])

    def comment(self, id_: str, **comment: Any) -> dict[str, Any]:
        """Comment on a note."""
        made = {"id": str(next(self.ids)), "by": "ken", "mark": "", **comment}
        self.notes[id_]["comments"].append(made)
        self.touched(self.notes[id_])
        return made

    def touched(self, note: dict[str, Any]) -> dict[str, Any]:
        note["change"] = next(self.changes)
        return note

    # -- HTTP

    def _answer(self, request: Request) -> Response:
        self.calls.append(f"{request.method} {request.path}")
        if self.fault == "server error":
            return _said({"message": "Out of order."}, 503, {"Retry-After": "1"})
        if self.fault == "rate limited":
            return _said({"message": "Too often."}, 429, {"Retry-After": "7"})
        if self.fault == "unauthorised" or request.headers.get("X-Token") != self.token:
            return _said({"message": "Who are you?"}, 401)
        answer = self._routed(request)
        if self.fault == "lost answer" and request.method != "GET":
            return Response("{", 200, {"Content-Type": "application/json"})
        return answer

    def _routed(self, request: Request) -> Response:
        if request.path == "/me":
            return _said({"name": "sync"})
        match = re.fullmatch(
            r"/boards/main/notes(?:/(\w+)(?:/comments(?:/(\w+))?)?)?", request.path
        )
        if match is None:
            return _said({"message": "No such board."}, HTTPStatus.NOT_FOUND)
        id_, comment_id = match.groups()
        if id_ is None:
            return self._board(request)
        if id_ not in self.notes:
            return _said({"message": "No such note."}, HTTPStatus.NOT_FOUND)
        if request.path.endswith("comments"):
            return _said(self.comment(id_, by="sync", **request.get_json()))
        return self._comment(request, id_, comment_id) if comment_id else self._note(request, id_)

    def _board(self, request: Request) -> Response:
        if request.method == "POST":
            return self._kept(request.get_json(), lambda new: self.add(**new, by="sync"))
        after = int(request.args.get("after", 0))
        found = [note for note in self.notes.values() if note["change"] > after]
        return _said(sorted(found, key=lambda note: note["change"]))

    def _note(self, request: Request, id_: str) -> Response:
        if request.method == "PATCH":
            return self._kept(request.get_json(), lambda new: self.edit(id_, **new))
        return _said(self.notes[id_])

    def _kept(self, new: dict[str, Any], keep: Callable[[dict[str, Any]], Any]) -> Response:
        if not new.get("title", "given"):
            return _said({"message": "No.", "fields": {"title": "Write something."}}, 422)
        if new.get("status", "open") not in STATUSES:
            return _said({"message": "No.", "fields": {"status": "Open or closed."}}, 422)
        return _said(keep(new))

    def _comment(self, request: Request, id_: str, comment_id: str) -> Response:
        note = self.notes[id_]
        others = [one for one in note["comments"] if one["id"] != comment_id]
        kept = [one for one in note["comments"] if one["id"] == comment_id]
        if request.method == "DELETE":
            kept = []
        for one in kept:
            one.update(request.get_json())
        note["comments"] = others + kept
        self.touched(note)
        return _said(kept[0] if kept else {})


def _said(document: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(json.dumps(document), status, headers, content_type="application/json")

"""Comments, copied both ways: the origin owns the text, and each copy is made once."""

from dataclasses import replace
from datetime import datetime

from integrations.base.errors import RetryableError, SkippableError
from integrations.base.items import Comment, NewComment, Rich
from integrations.engine.create import DEADLINE
from integrations.engine.markers import comment_marker, is_comment_of
from integrations.engine.ports import Entry, Result
from integrations.engine.run import Items, Run
from integrations.engine.state import SIDES, CommentState, CopyState, Pending, Side, other

_DELETED_TEXT = "[deleted]"


def sync_comments(run: Run, items: Items) -> datetime | None:
    """Copy new comments, follow edits and deletions; say when to look again, if at all."""
    due: list[datetime] = []
    for side in SIDES:
        loaded = all(items[one].comments is not None for one in SIDES)
        may_send = side in run.engine.rules.comments.senders & run.engine.senders
        caps = run.place(other(side)).connector.caps
        if loaded and may_send and caps.has_comments and caps.is_writable:
            due += _Copier(run, items, side).copy()
    return min(due, default=None)


class _Copier:
    """Carries the comments of one side over to the other."""

    def __init__(self, run: Run, items: Items, side: Side) -> None:
        self.run = run
        self.side: Side = side
        self.target: Side = other(side)
        self.connector = run.place(self.target).connector
        self.origin_item = items[side]
        self.there = items[self.target].comments or ()
        self.copies = {comment.id: comment for comment in self.there}
        self.marked: dict[str | None, list[Comment]] = {}
        for comment in self.there:
            self.marked.setdefault(comment.marker, []).append(comment)
        self.due: list[datetime] = []
        foreign = {one.copy_id for one in run.link.comments.values() if one.side == self.target}
        self.origins = {
            comment.id: comment
            for comment in self.origin_item.comments or ()
            if comment.id not in foreign and not self._is_ours(comment)
        }

    def copy(self) -> list[datetime]:
        """Bring every comment's copy up to date."""
        known = [one for one in self.run.link.comments.values() if one.side == self.side]
        for state in known:
            self._continue(state)
        for origin in sorted(self.origins.values(), key=lambda one: (one.created_at, one.id)):
            if (self.side, origin.id) not in self.run.link.comments and self._may_leave(origin):
                self._begin(origin)
        return self.due

    def _is_ours(self, comment: Comment) -> bool:
        return is_comment_of(self.run.engine.key, self.run.link.id, comment.marker)

    def _may_leave(self, origin: Comment) -> bool:
        return self.run.engine.rules.comments.restricted or not origin.is_restricted

    def _continue(self, state: CommentState) -> None:
        origin = self.origins.get(state.origin_id)
        match state.state:
            case CopyState.SENDING:
                self._resume(state, origin)
            case CopyState.OK:
                self._remove_twins(state)
                self._follow(state, origin)
            case CopyState.WITHDRAWN | CopyState.REFUSED:
                changed = (
                    origin and self._print(self.side, state, origin.body) != state.origin_print
                )
                reopened = state.state is CopyState.WITHDRAWN or changed
                if origin and reopened and self._may_leave(origin):
                    self._begin(origin)
            case CopyState.DETACHED | CopyState.DELETED:
                return

    # -- copying

    def _begin(self, origin: Comment) -> None:
        state = CommentState(self.side, origin.id, "", sent_at=self.run.engine.now())
        state = replace(state, origin_print=self._print(self.side, state, origin.body))
        found = self._copy_there(state)
        if found is not None:
            self._made(state, found, "adopted")
            return
        self.run.save(self.run.link.with_comment(state))
        self._send(state, origin)

    def _resume(self, state: CommentState, origin: Comment | None) -> None:
        """Finish an interrupted copy: look first, and repeat only once the request is over."""
        found = self._copy_there(state) or self.connector.find_comment(
            self.run.ref(self.target), self._marker(state)
        )
        if found is not None:
            self._made(state, found, "adopted")
            return
        over_at = (state.sent_at or self.run.engine.now()) + DEADLINE
        if self.run.engine.now() < over_at:
            self.due.append(over_at)
        elif origin is None:
            self.run.save(self.run.link.with_comment(replace(state, state=CopyState.DELETED)))
        elif self._may_leave(origin):
            self._begin(origin)

    def _send(self, state: CommentState, origin: Comment) -> None:
        self.run.guard()
        try:
            copy = self.connector.add_comment(self.run.ref(self.target), self._new(state, origin))
        except RetryableError:
            self._drop(state)
            raise
        except SkippableError as error:
            self._refused(state, error)
        else:
            self._made(state, copy, "copied")

    def _made(self, state: CommentState, copy: Comment, how: str) -> None:
        self.copies[copy.id] = copy
        state = replace(
            state,
            state=CopyState.OK,
            copy_id=copy.id,
            copy_print=self._print(self.target, state, copy.body),
            pending=None,
        )
        words = {
            "copied": "Copied a comment",
            "adopted": "Found the copy of a comment",
            "edited": "Followed the edit of a comment",
        }
        self._save(state, f"comment {how}", f"{words[how]} of {self.origin_item.key}.")

    def _copy_there(self, state: CommentState) -> Comment | None:
        return next(iter(self.marked.get(self._marker(state), ())), None)

    # -- following

    def _follow(self, state: CommentState, origin: Comment | None) -> None:
        copy = self.copies.get(state.copy_id or "")
        if copy is None:
            state = replace(state, state=CopyState.DELETED)
            self._save(state, "comment left", "The copy of a comment was deleted by hand.")
        elif origin is None:
            self._withdraw(state, CopyState.DELETED, "A comment was deleted, so its copy is too.")
        elif not self._may_leave(origin):
            why = "A comment became internal, so its copy was withdrawn."
            self._withdraw(state, CopyState.WITHDRAWN, why)
        else:
            self._compare(state, origin, copy)

    def _compare(self, state: CommentState, origin: Comment, copy: Comment) -> None:
        """Follow an edit at the origin; a copy that a person edited is theirs from then on."""
        origin_print = self._print(self.side, state, origin.body)
        copy_print = self._print(self.target, state, copy.body)
        pending = state.pending
        if pending is not None and pending.asked == copy_print:
            state = replace(
                state, origin_print=str(pending.source), copy_print=copy_print, pending=None
            )
            self.run.save(self.run.link.with_comment(state))
        is_unfinished = state.pending is not None and state.pending.source == origin_print
        if copy_print != state.copy_print and not is_unfinished:
            state = replace(state, state=CopyState.DETACHED, pending=None)
            why = "The copy of a comment was edited by hand; it is left alone from now on."
            self._save(state, "comment left", why)
        elif origin_print != state.origin_print or is_unfinished:
            self._edit(state, origin, origin_print)

    def _edit(self, state: CommentState, origin: Comment, origin_print: str) -> None:
        if not self.connector.caps.has_comment_edit:
            state = replace(state, origin_print=origin_print)
            self._save(state, "comment left", "The tracker cannot edit comments.", Result.SKIPPED)
            return
        asked = self.connector.normalise("comment", origin.body)
        body = asked if isinstance(asked, Rich) else origin.body
        pending = Pending(self.target, origin_print, self._print(self.target, state, body))
        state = replace(state, pending=pending)
        self.run.save(self.run.link.with_comment(state))
        self.run.guard()
        try:
            copy = self.connector.edit_comment(
                self.run.ref(self.target), state.copy_id or "", self._new(state, origin)
            )
        except SkippableError as error:
            self._refused(replace(state, origin_print=origin_print), error)
        else:
            self._made(replace(state, origin_print=origin_print), copy, "edited")

    def _withdraw(self, state: CommentState, to: CopyState, why: str) -> None:
        """Take a copy back, or at least its text."""
        ref, copy_id = self.run.ref(self.target), state.copy_id or ""
        self.run.guard()
        if self.connector.caps.has_comment_delete:
            self.connector.delete_comment(ref, copy_id)
        elif self.connector.caps.has_comment_edit:
            author = self.copies[copy_id].author
            text = NewComment(
                Rich(_DELETED_TEXT),
                author,
                self.origin_item.key,
                self.origin_item.url,
                self._marker(state),
            )
            self.connector.edit_comment(ref, copy_id, text)
        self._save(replace(state, state=to, copy_id=None), "comment removed", why)

    def _remove_twins(self, state: CommentState) -> None:
        """Delete a second copy that a delayed request left behind."""
        kept = self.copies.get(state.copy_id or "")
        for twin in self.marked.get(self._marker(state), ()):
            if kept is None or twin.id == kept.id:
                continue
            if twin.author == kept.author and self.connector.caps.has_comment_delete:
                self.run.guard()
                self.connector.delete_comment(self.run.ref(self.target), twin.id)
                entry = Entry(
                    "compensated", "Deleted the second copy of a comment.", to=self.target
                )
                self.run.engine.memory.note(self.run.link.id, entry)

    # -- remembering

    def _save(
        self, state: CommentState, action: str, message: str, result: Result = Result.OK
    ) -> None:
        self.run.save(
            self.run.link.with_comment(state), Entry(action, message, result, to=self.target)
        )

    def _drop(self, state: CommentState) -> None:
        """Forget a copy that was surely not made."""
        key = (state.side, state.origin_id)
        rest = {known: one for known, one in self.run.link.comments.items() if known != key}
        self.run.save(replace(self.run.link, comments=rest))

    def _refused(self, state: CommentState, error: SkippableError) -> None:
        state = replace(state, state=CopyState.REFUSED, pending=None)
        message = f"A comment could not be copied: {error.fix or type(error).__name__}"
        self._save(state, "held", message, Result.HELD)

    def _new(self, state: CommentState, origin: Comment) -> NewComment:
        return NewComment(
            body=Rich(origin.body.md),
            author=origin.author,
            key=self.origin_item.key,
            url=self.origin_item.url,
            marker=self._marker(state),
        )

    def _marker(self, state: CommentState) -> str:
        run = self.run
        return comment_marker(run.engine.key, run.link.id, state.side, state.origin_id)

    def _print(self, side: Side, state: CommentState, body: Rich) -> str:
        return self.run.prints.of(side, f"comment:{state.side}:{state.origin_id}", body)

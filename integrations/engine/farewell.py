"""What becomes of an item whose counterpart was deleted."""

from dataclasses import replace

from integrations.base.errors import SkippableError
from integrations.base.items import Item, NewComment, Person, Ref, Rich, Want
from integrations.engine.closing import close
from integrations.engine.markers import comment_marker
from integrations.engine.ports import Entry, Result
from integrations.engine.rules.policies import DeleteRule
from integrations.engine.run import Outcome, Run
from integrations.engine.state import LinkPhase, Side, other

_DONE = {
    DeleteRule.NOTIFY: "is left as it is",
    DeleteRule.COMMENT: "was told in a comment",
    DeleteRule.CLOSE: "was closed",
    DeleteRule.DELETE: "was deleted as well",
}


def say_farewell(run: Run, gone: Side) -> Outcome:
    """Do with the counterpart what the rules say, and end the link; FuseError at a mass loss."""
    run.engine.limits.loss()
    message = f"{run.link.ends[gone].key} was deleted; {_carried_out(run, gone)}."
    ended = replace(run.link, phase=LinkPhase.GONE, reason=message)
    run.save(ended, Entry("unlinked", message, Result.SKIPPED))
    return Outcome(Result.SKIPPED, message)


def _carried_out(run: Run, gone: Side) -> str:
    rule, left = run.engine.rules.deletes, other(gone)
    if left not in run.link.ends:
        return "it had no counterpart yet"
    name = run.link.ends[left].key or "its counterpart"
    is_ours = run.place(left).connector.caps.is_writable
    if rule is DeleteRule.NOTIFY or gone not in run.engine.senders or not is_ours:
        return f"{name} {_DONE[DeleteRule.NOTIFY]}"
    run.guard()
    try:
        is_done = _act(run, gone, run.ref(left), rule)
    except SkippableError as error:
        return f"{name} could not be changed: {error}"
    return f"{name} {_DONE[rule if is_done else DeleteRule.NOTIFY]}"


def _act(run: Run, gone: Side, ref: Ref, rule: DeleteRule) -> bool:
    place = run.place(other(gone))
    if rule is DeleteRule.DELETE:
        place.connector.delete(ref)
        return True
    if rule is DeleteRule.COMMENT:
        return _tell(run, gone, ref)
    found = place.connector.fetch([ref], Want(frozenset()))[ref]
    return isinstance(found, Item) and close(place, found)


def _tell(run: Run, gone: Side, ref: Ref) -> bool:
    """Say it in a comment, once."""
    connector, end = run.place(other(gone)).connector, run.link.ends[gone]
    marker = comment_marker(run.engine.key, run.link.id, gone, "deleted")
    if connector.caps.has_comments and connector.find_comment(ref, marker) is None:
        us = Person(connector.system.account_id or None, "Synchronisation")
        text = Rich(f"{end.key} was deleted; it is no longer kept in step with this item.")
        connector.add_comment(ref, NewComment(text, us, end.key, end.url, marker))
    return connector.caps.has_comments

"""The rules of a work item type: what must be filled, which state may follow which."""

from integrations.sandbox.azure_devops.catalogue import FIELDS, ItemType
from integrations.sandbox.azure_devops.draft import Draft
from integrations.sandbox.azure_devops.errors import RuleError
from integrations.sandbox.azure_devops.model import WorkItem

STATE = "System.State"
REASON = "System.Reason"
TITLE = "System.Title"


def settle(draft: Draft, before: WorkItem) -> None:
    """Set the reason of a move, and note in the draft every rule that is broken."""
    type_ = draft.project.type(before.type)
    _settle_state(draft, before, type_)
    state = draft.values.get(STATE) or ""
    for ref in (TITLE, *type_.required, *type_.needs.get(state, ())):
        known = any(error.field == ref for error in draft.broken)
        if draft.values.get(ref) is None and not known:
            rule = RuleError.of(ref, FIELDS[ref].name, "required", "invalidEmpty")
            draft.broken.append(rule)
    for ref in draft.touched - set(type_.fields):
        if draft.values.get(ref) is not None:
            rule = RuleError.of(ref, FIELDS[ref].name, "invalidNotEmpty")
            draft.broken.append(rule)


def _settle_state(draft: Draft, before: WorkItem, type_: ItemType) -> None:
    wanted = draft.values.get(STATE) or ""
    found = type_.state(wanted)
    was = before.values.get(STATE, "") if before.rev else type_.states[0].name
    is_open = found is not None and (found.name == was or found.name in type_.steps[was])
    if found is None or not is_open:
        draft.broken.append(RuleError.not_listed(STATE, FIELDS[STATE].name, wanted))
        return
    draft.values[STATE] = found.name
    is_new = before.rev == 0
    if not is_new and found.name == was:
        _check_reason(draft, type_, found.name, before.values.get(REASON))
    elif REASON in draft.touched and not is_new:
        _check_reason(draft, type_, found.name, None)
    else:
        is_first = found.name == type_.states[0].name and is_new
        draft.values[REASON] = type_.reason(found.name, is_new=is_first)


def _check_reason(draft: Draft, type_: ItemType, state: str, old: str | None) -> None:
    given = draft.values.get(REASON)
    allowed = {old, *type_.reasons.get(state, (f"Moved to state {state}",))}
    if given not in allowed:
        draft.broken.append(RuleError.not_listed(REASON, FIELDS[REASON].name, given))

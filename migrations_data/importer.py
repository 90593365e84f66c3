"""Moves records into a target, batch by batch: what is new, changed or the same, and how far.

Memory holds one batch. A batch is one transaction with its tally, so an import that was killed
goes on behind the last one. What a record is, its origin id says, so nothing arrives twice.
"""

from collections.abc import Iterable, Iterator
from itertools import islice

from migrations_data.base.drafts import Draft
from migrations_data.base.problems import Code, Level, Problem
from migrations_data.base.records import Record
from migrations_data.base.target import Batch, Known, Tally, Target
from migrations_data.base.translate import Translator

BATCH = 1_000
FOLD_AFTER = 100  # equal remarks after which only their number is kept
_FOLDED = frozenset(
    {
        Code.FIELD_IGNORED,
        Code.FIELD_TAKEN,
        Code.SHARED_STEP_COPIED,
        Code.STEP_EMPTY,
        Code.UNMAPPED_FIELD,
        Code.UNMAPPED_VALUE,
    }
)


def run(
    records: Iterable[Record], translator: Translator, target: Target, *, size: int = BATCH
) -> Tally:
    """Import everything that is not in yet; return the tally, which says less if cancelled."""
    tally = target.resume()
    drafts = _drafts(records, translator, skip=tally.cursor)
    while chunk := list(islice(drafts, size)):
        if target.is_cancelled():
            return tally
        batch = Batch(tally=Tally.from_json(tally.as_json()))
        _plan(chunk, batch, target)
        target.commit(batch)
        tally = batch.tally
    _tell_folded(tally, target)
    return tally


_Translated = tuple[Draft, list[Problem]]
_Key = tuple[str, str]


def _drafts(records: Iterable[Record], translator: Translator, skip: int) -> Iterator[_Translated]:
    """Yield what is left; all records pass the translator, which may need what came before."""
    drafts = (draft for record in records if (draft := translator.translate(record)) is not None)
    return islice(drafts, skip, None)


def _plan(chunk: list[_Translated], batch: Batch, target: Target) -> None:
    """Decide what becomes of each draft of a batch."""
    batch.tally.cursor += len(chunk)
    known = _known(target, chunk)
    taken: dict[_Key, str] = {}
    twins = list(_place_firsts(chunk, known, taken, batch))
    if twins:
        known = _known(target, twins)
        for draft, _ in _place_firsts(twins, known, taken, batch):
            _skip_repeated(draft, batch)


def _place_firsts(
    chunk: list[_Translated], known: dict[_Key, Known], taken: dict[_Key, str], batch: Batch
) -> Iterator[_Translated]:
    """Place the first record of each id; yield others of that id that say something else.

    Those get an id made of what they say, so it is the same in every import.
    """
    for draft, problems in chunk:
        key = (draft.entity, draft.origin_id)
        earlier = known.get(key)
        first = taken.get(key) or (
            earlier.digest if earlier and earlier.is_from_this_import else ""
        )
        if not first:
            taken[key] = draft.digest
            _place(draft, problems, earlier, batch)
        elif first == draft.digest:
            _skip_repeated(draft, batch)
        else:
            yield draft.apart(), [*problems, _renamed(draft)]


def _known(target: Target, chunk: list[_Translated]) -> dict[_Key, Known]:
    wanted: dict[str, list[str]] = {}
    for draft, _ in chunk:
        wanted.setdefault(draft.entity, []).append(draft.origin_id)
    return {
        (entity, origin_id): known
        for entity, origin_ids in wanted.items()
        for origin_id, known in target.known(entity, origin_ids).items()
    }


def _place(draft: Draft, problems: list[Problem], known: Known | None, batch: Batch) -> None:
    """Put a draft where its fate is."""
    for problem in problems:
        _log(problem, batch)
    if known is None or known.is_gone:
        outcome = "created"
        batch.creates.append(draft)
        if known is not None:
            _log(_recreated(draft), batch)
    elif known.digest != draft.digest:
        outcome = "updated"
        batch.updates.append((draft, known))
    elif known.place != draft.place:
        outcome = "updated"
        batch.moves.append((draft, known))
    else:
        outcome = "unchanged"
        batch.seen.append((draft.entity, known))
    batch.tally.note(draft, outcome)


def _log(problem: Problem, batch: Batch) -> None:
    batch.tally.problems[problem.key] += 1
    if problem.code not in _FOLDED or batch.tally.problems[problem.key] <= FOLD_AFTER:
        batch.problems.append(problem)


def _tell_folded(tally: Tally, target: Target) -> None:
    """Say once how many remarks of a kind were only counted."""
    folded = {
        key: number - FOLD_AFTER
        for key, number in tally.problems.items()
        if Code(key.partition(":")[0]) in _FOLDED and number > FOLD_AFTER
    }
    if not folded or tally.is_closed:
        return
    tally.is_closed = True
    problems = [_folded(Code(key.partition(":")[0]), key, number) for key, number in folded.items()]
    target.commit(Batch(tally=tally, problems=problems))


def _folded(code: Code, key: str, number: int) -> Problem:
    message = f"The same remark applies {number} more times."
    return Problem(Level.INFO, code, message, field=key.partition(":")[2], count=number)


def _skip_repeated(draft: Draft, batch: Batch) -> None:
    batch.tally.note(draft, "skipped")
    message = f"{draft.origin_id} comes more than once and says the same each time."
    _log(_about(draft, Code.DUPLICATE_ID, message, "skipped"), batch)


def _renamed(draft: Draft) -> Problem:
    message = f"{draft.origin_id} comes more than once and says different things; all are kept."
    return _about(draft, Code.DUPLICATE_ID, message, f"imported as {draft.apart().origin_id}")


def _recreated(draft: Draft) -> Problem:
    message = f"{draft.origin_id} had been imported and was deleted here since."
    return _about(draft, Code.RECREATED, message, "created again")


def _about(draft: Draft, code: Code, message: str, action: str) -> Problem:
    return Problem(
        Level.WARNING,
        code,
        message,
        entity=draft.entity,
        origin_id=draft.origin_id,
        title=draft.title,
        line=draft.line,
        action=action,
    )

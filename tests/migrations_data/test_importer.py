from collections.abc import Iterator

import pytest

from migrations_data import importer
from migrations_data.base.mapping import FieldRule, MappingDocument
from migrations_data.base.problems import Code
from migrations_data.base.records import CaseRecord, SectionRecord, StepRecord, SuiteRecord
from migrations_data.base.target import Known, Tally, Target
from migrations_data.base.translate import Translator

MAPPING = MappingDocument(
    "testrail", {"text": FieldRule(to="description"), "s": FieldRule("steps")}
)


class Memory(Target):
    """A target in memory; one instance is one project, `begin` starts the next import."""

    def __init__(self):
        self.rows = {}
        self.batches = []
        self.log = []
        self.gone = set()
        self.stop_after = None
        self.begin()

    def begin(self):
        self.tally = Tally()
        self.seen = set()
        self.batches.clear()
        self.log.clear()

    def resume(self):
        return self.tally

    def known(self, entity, origin_ids):
        return {
            origin_id: Known(
                origin_id,
                1,
                *self.rows[entity, origin_id],
                is_from_this_import=(entity, origin_id) in self.seen,
                is_gone=origin_id in self.gone,
            )
            for origin_id in origin_ids
            if (entity, origin_id) in self.rows
        }

    def commit(self, batch):
        drafts = [*batch.creates, *(draft for draft, _ in batch.updates + batch.moves)]
        for draft in drafts:
            self.rows[draft.entity, draft.origin_id] = (draft.digest, draft.place)
            self.seen.add((draft.entity, draft.origin_id))
            self.gone.discard(draft.origin_id)
        self.seen |= {(entity, known.origin_id) for entity, known in batch.seen}
        self.batches.append(len(drafts))
        self.log += batch.problems
        self.tally = batch.tally

    def is_cancelled(self):
        return self.stop_after is not None and len(self.batches) >= self.stop_after


def case(number, title="A case", **fields):
    return CaseRecord(f"C{number}", "a", title, fields, position=number)


SUITE = SuiteRecord("S1", "Shop")
SECTION = SectionRecord("a", "", "Basket", "Basket")
FILE = [SUITE, SECTION, *(case(number) for number in range(1, 26))]


def run(target, records=FILE, size=10):
    return importer.run(records, Translator(MAPPING), target, size=size)


def counts(tally, entity="case"):
    return {name: number for name, number in tally.counts[entity].items() if number}


def test_creates_what_is_new_in_batches():
    target = Memory()

    tally = run(target)

    assert target.batches == [10, 10, 6]
    assert counts(tally) == {"read": 25, "created": 25}
    assert counts(tally, "section") == {"read": 1, "created": 1}


def test_leaves_alone_what_it_knows():
    target = Memory()
    run(target)
    target.begin()

    tally = run(target)

    assert counts(tally) == {"read": 25, "unchanged": 25}


def test_updates_what_says_something_else():
    target = Memory()
    run(target)
    target.begin()

    tally = run(target, [SUITE, SECTION, case(1, "Another title"), case(2)])

    assert counts(tally) == {"read": 2, "updated": 1, "unchanged": 1}


def test_moves_what_stands_elsewhere():
    target = Memory()
    run(target)
    target.begin()
    moved = CaseRecord("C1", "b", "A case", position=1)

    tally = run(target, [SUITE, SECTION, moved])

    assert counts(tally) == {"read": 1, "updated": 1}


def test_creates_again_what_was_deleted_here():
    target = Memory()
    run(target)
    target.begin()
    target.gone = {"C1"}

    tally = run(target, [SUITE, SECTION, case(1)])

    assert counts(tally) == {"read": 1, "created": 1}
    assert [problem.code for problem in target.log] == [Code.RECREATED]


class TestRepeatedId:
    TWINS = [SUITE, SECTION, case(1, "One"), case(1, "One"), case(1, "Two"), case(1, "Two")]

    @pytest.mark.parametrize("size", [1, 2, 100])
    def test_is_skipped_where_it_says_the_same_and_kept_apart_otherwise(self, size):
        target = Memory()

        tally = run(target, self.TWINS, size)

        assert counts(tally) == {"read": 4, "created": 2, "skipped": 2}
        assert [problem.code for problem in target.log] == [Code.DUPLICATE_ID] * 3

    @pytest.mark.parametrize("size", [1, 2, 100])
    def test_makes_no_duplicate_the_second_time(self, size):
        target = Memory()
        run(target, self.TWINS, size)
        target.begin()

        tally = run(target, self.TWINS, size)

        assert counts(tally) == {"read": 4, "unchanged": 2, "skipped": 2}


class KilledError(Exception):
    """The process dies here."""


def until(records, last) -> Iterator:
    for record in records:
        yield record
        if record == last:
            raise KilledError


def test_goes_on_behind_the_last_batch_after_a_crash():
    target = Memory()
    with pytest.raises(KilledError):
        run(target, until(FILE, last=case(23)))
    target.batches.clear()

    tally = run(target)

    assert target.batches == [6]
    assert counts(tally) == {"read": 25, "created": 25}


def test_stops_between_batches_on_request():
    target = Memory()
    target.stop_after = 2

    tally = run(target)

    assert tally.cursor == 20
    assert len(target.rows) == 20


def test_folds_equal_remarks_and_says_how_many():
    shared = (StepRecord("a", shared_step_id="4"),)
    target = Memory()

    tally = run(target, [SUITE, *(case(number, s=shared) for number in range(250))])

    assert tally.problems["SHARED_STEP_COPIED:s"] == 250
    assert len(target.log) == 101
    assert target.log[-1].count == 150


def test_says_the_last_word_of_the_log_once():
    shared = (StepRecord("a", shared_step_id="4"),)
    records = [SUITE, *(case(number, s=shared) for number in range(250))]
    target = Memory()
    run(target, records)

    run(target, records)

    assert len(target.log) == 101


def test_accounts_for_each_record_it_read():
    target = Memory()

    tally = run(target, [*FILE, *TestRepeatedId.TWINS[2:]])

    assert tally.is_balanced


def test_tally_survives_being_saved():
    tally = run(Memory())

    assert Tally.from_json(tally.as_json()) == tally

"""The safeguards of the sync, and how each is taken out."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from integrations.connectors.memory.connector import MemoryConnector
from integrations.engine import attachments, comments, create, discover, fields, fuse, merge
from integrations.engine import reconcile as reconciling
from integrations.engine.state import LinkPhase
from integrations.services import breaker, limits
from integrations.store import clusters, queue
from tests.integrations.engine.world import World

Patch = pytest.MonkeyPatch
ENGINE = "tests/integrations/engine"
MATRIX = "tests/integrations/matrix"


@dataclass(frozen=True, slots=True)
class Mutation:
    """A safeguard that is taken out, and the tests of which some must notice."""

    name: str
    apply: Callable[[Patch], None]
    tests: tuple[str, ...]


def without_marker_lookup(patch: Patch) -> None:
    patch.setattr(MemoryConnector, "find", lambda *_: None)


def without_search_lag_wait(patch: Patch) -> None:
    patch.setattr(create, "DEADLINE", timedelta(0))
    patch.setattr(create, "LOOKS", 1)
    caps = replace(MemoryConnector.caps, read_after_write=timedelta(0))
    patch.setattr(MemoryConnector, "caps", caps)


def without_read_back(patch: Patch) -> None:
    """Remember what was asked, as if every tracker stored just that."""
    based = fields._Writer._based

    def asked(self, decision, link):
        state = based(self, decision, link)
        value = decision.writes[self.side]
        return replace(state, **{self.side: self._print(self.side, decision, value)})

    patch.setattr(fields._Writer, "_based", asked)


def without_intent(patch: Patch) -> None:
    """Create without a journal: whoever comes next knows of nothing."""
    journal = create.Creation._journal

    def forgotten(self, draft):
        intent = journal(self, draft)
        link = replace(self.run.link, intent=None, phase=LinkPhase.CANDIDATE)
        self.run.engine.memory.save(link)
        return intent

    patch.setattr(create.Creation, "_journal", forgotten)


def without_intent_lookup(patch: Patch) -> None:
    patch.setattr(create.Creation, "recover", lambda _self, _intent: None)


def without_pending(patch: Patch) -> None:
    patch.setattr(fields._Writer, "_journal", lambda _self, _decisions: None)


def without_fence(patch: Patch) -> None:
    made = World.__init__

    def unfenced(self, **arguments):
        made(self, **{**arguments, "is_fenced": False})

    patch.setattr(World, "__init__", unfenced)


def without_fence_in_the_store(patch: Patch) -> None:
    patch.setattr(queue, "_ours", lambda task: queue.SyncTask.objects.filter(pk=task.pk))


def without_cluster(patch: Patch) -> None:
    patch.setattr(clusters, "member_at", lambda *_: "")
    patch.setattr(clusters, "is_contested", lambda *_: False)


def without_rivals(patch: Patch) -> None:
    """Look for a counterpart before a link is opened only, not before it is created."""
    patch.setattr(create.Creation, "_rival", lambda _self: None)


def without_fuse(patch: Patch) -> None:
    patch.setattr(fuse, "tripped", lambda *_: None)


def without_adoption_by_marker(patch: Patch) -> None:
    patch.setattr(discover, "link_of", lambda _key, _marker: None)


def without_element_wise_sets(patch: Patch) -> None:
    def whole(self, rule, now, state, senders):
        return merge._Scalar(self, rule, now, state, senders).decide()

    def print_whole(self, rule, side, value):
        return self.prints.of(side, rule.id, value)

    patch.setattr(merge.Merge, "_decide_set", whole)
    patch.setattr(merge.Vocabulary, "print", print_whole)


def without_a_second_look_at_what_is_gone(patch: Patch) -> None:
    patch.setattr(reconciling, "GONE_AFTER", timedelta(0))


def without_breaker(patch: Patch) -> None:
    patch.setattr(breaker, "OPENS_AFTER", 1_000_000)


def without_a_look_after_a_restore(patch: Patch) -> None:
    patch.setattr(create.Creation, "recall", lambda _self: None)


def without_relinking(patch: Patch) -> None:
    patch.setattr(discover, "_relinked", lambda *_: None)


def without_file_digest(patch: Patch) -> None:
    patch.setattr(attachments._Copier, "_copy_there", lambda _self, _state: None)
    patch.setattr(attachments._Copier, "_is_known", lambda _self, _digest: False)


def without_comment_marker(patch: Patch) -> None:
    patch.setattr(comments._Copier, "_copy_there", lambda _self, _state: None)
    patch.setattr(MemoryConnector, "find_comment", lambda *_: None)


def without_mass_loss_fuse(patch: Patch) -> None:
    patch.setattr(limits.ConnectionLimits, "loss", lambda _self: None)


def without_wrong_database_guard(patch: Patch) -> None:
    patch.setattr(sys.modules["integrations.services.drain"], "_suspend_copies", lambda: None)


def without_rest_between_edits(patch: Patch) -> None:
    def finish(task):
        return bool(
            queue._ours(task).update(
                done=task.generation, lease_until=None, lease_token=None, attempts=0
            )
        )

    patch.setattr(queue, "finish", finish)
    patch.setattr("integrations.store.finish", finish)


MUTATIONS = (
    Mutation("marker lookup", without_marker_lookup, (f"{MATRIX}/test_answers.py",)),
    Mutation("search-lag wait", without_search_lag_wait, (f"{MATRIX}/test_answers.py",)),
    Mutation("read-back base", without_read_back, (f"{ENGINE}/test_schedules.py",)),
    Mutation("journal: intent", without_intent, (f"{MATRIX}/test_answers.py",)),
    Mutation("journal: lookup", without_intent_lookup, (f"{MATRIX}/test_answers.py",)),
    Mutation(
        "journal: pending",
        without_pending,
        (f"{ENGINE}/test_schedules.py", f"{ENGINE}/test_sweeps.py"),
    ),
    Mutation("fencing: engine", without_fence, (f"{ENGINE}/test_sweeps.py",)),
    Mutation(
        "fencing: store",
        without_fence_in_the_store,
        ("tests/integrations/store", f"{MATRIX}/test_answers.py"),
    ),
    Mutation("cluster", without_cluster, (f"{MATRIX}/test_merging.py",)),
    Mutation("cluster: rivals", without_rivals, (f"{MATRIX}/test_merging.py",)),
    Mutation("fuse", without_fuse, (f"{ENGINE}/test_schedules.py", f"{MATRIX}/test_merging.py")),
    Mutation("adoption by marker", without_adoption_by_marker, (f"{ENGINE}/test_schedules.py",)),
    Mutation("element-wise sets", without_element_wise_sets, (f"{ENGINE}/test_schedules.py",)),
    Mutation(
        "gone twice",
        without_a_second_look_at_what_is_gone,
        (f"{ENGINE}/test_schedules.py", f"{MATRIX}/test_disappearance.py"),
    ),
    Mutation("breaker", without_breaker, ("tests/integrations/services/test_drain.py",)),
    Mutation(
        "look after a restore", without_a_look_after_a_restore, (f"{MATRIX}/test_restored.py",)
    ),
    Mutation("relinking", without_relinking, (f"{MATRIX}/test_restored.py",)),
    Mutation("file digest", without_file_digest, (f"{MATRIX}/test_answers.py",)),
    Mutation("comment marker", without_comment_marker, (f"{MATRIX}/test_answers.py",)),
    Mutation("mass-loss fuse", without_mass_loss_fuse, (f"{MATRIX}/test_disappearance.py",)),
    Mutation("wrong database", without_wrong_database_guard, (f"{MATRIX}/test_restored.py",)),
    Mutation("rest between edits", without_rest_between_edits, (f"{MATRIX}/test_merging.py",)),
)

"""A Celery worker that publishes its present step; started by `battle.py`."""

import os
import time
from uuid import uuid4

from integrations import services
from integrations.store import queue, systems
from testmgmt.celery import app
from tests.integrations.killing.slots import Slot
from tests.integrations.killing.steps import watch

LINGER = 0.01
"""Seconds that each step lasts at least, so that a bullet can land in it."""

OPTIONS = ("-P", "prefork", "-c", "1", "-l", "error")
QUIETLY = ("--without-gossip", "--without-mingle", "--without-heartbeat")

_slot = Slot.opened(os.environ["KILLING_SLOTS"], int(os.environ["KILLING_SLOT"]))


def _reach(step: str) -> None:
    _slot.publish(step=step)
    time.sleep(LINGER)


def _publishing(part: str):
    def drawn():
        token = uuid4()
        _slot.publish(**{part: token.hex})
        return token

    return drawn


_drain = services.drain


def _drained(**arguments) -> int:
    _slot.publish(pid=os.getpid(), task="", turn="")
    done = _drain(**arguments)
    _slot.publish(step="")
    return done


def main() -> None:
    """Be a worker with one process that executes tasks, until killed."""
    watch(_reach)
    services.drain = _drained
    queue.uuid4 = _publishing("task")
    systems.uuid4 = _publishing("turn")
    app.conf.worker_lost_wait = 0.2
    app.worker_main(["worker", *OPTIONS, *QUIETLY])

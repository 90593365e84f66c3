"""Four Celery workers copy 500 defects, and are killed 200 times; run by `test_killing.py`."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from integrations import tasks
from integrations.models import Link
from integrations.sandbox.faults import Fault, FaultKind
from integrations.sandbox.jira.sandbox import SandboxJira
from tests.integrations.killing import START
from tests.integrations.killing.scene import TOKEN, Scene, let_pass, tell
from tests.integrations.killing.slots import Slot, laid_out

ROOT = Path(__file__).resolve().parents[3]
ITEMS, WORKERS, KILLS = 500, 4, 200
WHOLE = 20
"""Every so many kills the whole worker dies, not only the process that executes its tasks."""
DELAY = 0.4
TICK = 0.5
QUIET = 1.5
"""Seconds without a step, more than any call lasts, after which time may pass."""
PATIENCE = 1800.0


class Worker:
    """A Celery worker with one process that executes tasks."""

    def __init__(self, slot: Slot, number: int, folder: Path) -> None:
        self.slot = slot
        self._environment = {
            **os.environ,
            "KILLING_SLOTS": str(folder / "slots"),
            "KILLING_SLOT": str(number),
            "PYTHONWARNINGS": "ignore",
        }
        self._log = (folder / f"worker-{number}.log").open("w")
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-c", START.format("worker")]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=self._environment,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def kill(self, *, whole: bool) -> dict[str, str]:
        """Kill what executes the engine, or all of the worker; return what it was doing."""
        pid = int(self.slot.read()["pid"])
        if whole:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        else:
            os.kill(pid, signal.SIGKILL)
        while _is_alive(pid):
            time.sleep(0.001)
        last = self.slot.read()
        self.slot.publish(pid="", step="", task="", turn="")
        if whole:
            self.start()
        return last

    def stop(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._log.close()


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


class Battle:
    """The killer: keeps count, lets time pass when all is quiet, and is the beat."""

    def __init__(self, scene: Scene, workers: list[Worker]) -> None:
        self.scene = scene
        self.workers = workers
        self.hits: Counter[str] = Counter()
        self.misses = 0
        self._ticked_at = self._busy_at = 0.0
        self._until = time.monotonic() + PATIENCE
        self.leaps = 0

    @property
    def kills(self) -> int:
        return self.hits.total()

    def rage(self) -> None:
        """Kill as the work goes on, the steps that were spared so far first."""
        while self.kills < KILLS and self.scene.has_work():
            self._beat()
            if self._done() * KILLS / ITEMS >= self.kills - KILLS / 10:
                self._strike()
            time.sleep(0.05)

    def settle(self) -> None:
        """Let the living finish."""
        while self.scene.has_work():
            self._beat()
            time.sleep(0.05)

    def _strike(self) -> None:
        worker = self._aimed_at()
        if worker is None:
            return
        last = worker.kill(whole=self.kills % WHOLE == WHOLE - 1)
        for token in (last["task"], last["turn"]):
            self.scene.release(token)
        if last["step"]:
            self.hits[last["step"]] += 1
        else:
            self.misses += 1

    def _aimed_at(self) -> Worker | None:
        """Return the busy worker whose step was hit least, after a short look around."""
        until, best = time.monotonic() + 0.1, None
        while time.monotonic() < until:
            for worker in self.workers:
                step = worker.slot.read()["step"]
                if step and self.hits[step] == 0:
                    return worker
                if step and (best is None or self.hits[step] < best[0]):
                    best = (self.hits[step], worker)
            time.sleep(0.001)
        return best[1] if best else None

    def _beat(self) -> None:
        now = time.monotonic()
        if now > self._until:
            raise SystemExit(f"Not over in time: {self.kills} kills, {self.scene.facts()}")
        if now - self._ticked_at > TICK:
            tasks.tick.delay()
            self._ticked_at = now
        if any(worker.slot.read()["step"] for worker in self.workers):
            self._busy_at = now
        elif now - self._busy_at > QUIET:
            let_pass(61)
            self.leaps += 1
            self._busy_at = now

    def _done(self) -> int:
        return Link.objects.filter(state=Link.State.ACTIVE).count()


def _fill(scene: Scene) -> None:
    """Write 500 defects, some with words and files that go over as well."""
    for number in range(ITEMS):
        defect = scene.create(f"Defect {number}")
        if number % 5 == 0:
            scene.comment(defect, f"I saw it {number} times.")
        if number % 10 == 0:
            scene.attach(defect, "log.txt", f"log {number}".encode())


def _there(scene: Scene) -> dict:
    """Return what Jira holds in the end, as a person sees it."""
    ken = scene.jira.as_human("ken")
    issues = ken.issues()
    return {
        "issues": len(issues),
        "titles": len({one.values["summary"] for one in issues}),
        "comments": sum(len(ken.comments(one.key)) for one in issues),
        "files": sum(len(ken.attachments(one.key)) for one in issues),
    }


def main() -> None:
    """Fight, settle, force every link once more, and report."""
    started = time.monotonic()
    with SandboxJira({"sync": TOKEN}) as jira, TemporaryDirectory() as name:
        scene = Scene.set_up(jira)
        _fill(scene)
        slots = laid_out(Path(name) / "slots", WORKERS)
        jira.faults(Fault(FaultKind.DELAY, times=0, seconds=DELAY))
        workers = [Worker(slot, number, Path(name)) for number, slot in enumerate(slots)]
        battle = Battle(scene, workers)
        try:
            battle.rage()
            raged = time.monotonic() - started
            jira.faults()
            battle.settle()
            before = scene.writes()
            scene.force()
            battle.settle()
        finally:
            for worker in workers:
                worker.stop()
        tell(
            {
                "kills": battle.kills,
                "misses": battle.misses,
                "steps": dict(battle.hits.most_common()),
                "leaps": battle.leaps,
                "seconds": [round(raged), round(time.monotonic() - started)],
                "echoes": scene.writes() - before,
                **_there(scene),
                **scene.facts(),
            }
        )

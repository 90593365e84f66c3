"""A worker process dies at each boundary of one small story; run by `test_killing.py`.

Workers are forked after Django is loaded, so that each costs some hundredths of a second.
"""

import json
import os
import signal
import sys
import time
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import connections

from integrations import services
from integrations.models import AttachmentLink, CommentLink, Link, LinkEnd
from integrations.sandbox.jira.sandbox import SandboxJira
from tests.integrations.killing.scene import TOKEN, Scene, let_pass, tell
from tests.integrations.killing.steps import watch

ROUNDS = 12
NEVER = sys.maxsize


class Theatre:
    """Plays the story again and again, each time with another death."""

    def __init__(self, jira: SandboxJira, folder: Path) -> None:
        self.scene = Scene.set_up(jira)
        self.ken = jira.as_human("ken")
        self.notes = folder / "steps.json"
        self.played = 0

    def play(self, act: int = -1, step: int = NEVER) -> dict:
        """Play all acts; in one of them the worker dies at a step. Return the end."""
        self.played += 1
        title = f"Login fails {self.played}"
        defect = self.scene.create(title)
        for number, happen in enumerate((self._create, self._edit, self._comment, self._attach)):
            happen(defect, title)
            if number == act:
                self._die_at(step)
            self._settle()
        return self._picture(defect, title)

    def steps(self) -> list[list[str]]:
        """Return the boundaries of each act."""
        self.played += 1
        title, found = f"Login fails {self.played}", []
        defect = self.scene.create(title)
        for happen in (self._create, self._edit, self._comment, self._attach):
            happen(defect, title)
            let_pass(61)
            self._work(NEVER)
            found.append(json.loads(self.notes.read_text()))
            self._settle()
        return found

    # -- acts

    def _create(self, defect, title) -> None:
        """The defect is there already."""

    def _edit(self, defect, title) -> None:
        self.scene.edit(defect, title=f"{title} for Ann", labels=["web"])

    def _comment(self, defect, title) -> None:
        self.scene.comment(defect, "I saw it.")
        self.ken.comment(self._key(defect), "Looking into it.")

    def _attach(self, defect, title) -> None:
        self.scene.attach(defect, "here.txt", f"here {title}".encode())
        self.ken.attach(self._key(defect), "there.txt", f"there {title}".encode())

    def _key(self, defect) -> str:
        link = LinkEnd.objects.get(side="a", key=defect.key).link
        return link.ends.get(side="b").key

    # -- workers

    def _die_at(self, step: int) -> None:
        let_pass(61)
        code = self._work(step)
        if code != -signal.SIGKILL:
            raise SystemExit(f"The worker lived through step {step}.")

    def _settle(self) -> None:
        """Let other workers go on until nothing is left to do."""
        for _ in range(ROUNDS):
            let_pass(121)
            if self._work(NEVER):
                raise SystemExit("A worker failed.")
            if not self.scene.has_work():
                return

    def _work(self, step: int) -> int:
        """Be a worker in a process of its own; it notes its steps unless it dies."""
        connections.close_all()
        worker = get_context("fork").Process(target=self._drain, args=(step,))
        worker.start()
        worker.join()
        return worker.exitcode

    def _drain(self, step: int) -> None:
        seen: list[str] = []

        def reach(name: str) -> None:
            seen.append(name)
            if len(seen) > step:
                os.kill(os.getpid(), signal.SIGKILL)

        watch(reach)
        services.drain(system_id=self.scene.system_id)
        self.notes.write_text(json.dumps(seen))

    # -- the end

    def _picture(self, defect, title: str) -> dict:
        defect.refresh_from_db()
        issues = [one for one in self.ken.issues() if title in _words(one.values["summary"])]
        link = Link.objects.get(ends__side="a", ends__key=defect.key)
        return {
            "titles": [defect.title.replace(title, "")]
            + [one.values["summary"].replace(title, "") for one in issues],
            "labels": [one.values["labels"] for one in issues],
            "said there": [
                sorted(self._last_line(one.body) for one in self.ken.comments(issue.key))
                for issue in issues
            ],
            "files there": [
                sorted(file.filename for file in self.ken.attachments(issue.key))
                for issue in issues
            ],
            "link": link.state,
            "comments": sorted(
                CommentLink.objects.filter(link=link).values_list("state", flat=True)
            ),
            "files": sorted(
                AttachmentLink.objects.filter(link=link).values_list("state", flat=True)
            ),
            "open": [link.intents.count(), link.conflicts.filter(resolved_at=None).count()],
            "is idle": not self.scene.has_work(),
        }

    def _last_line(self, body) -> str:
        return self.ken.text(body).strip().splitlines()[-1]


def _words(summary: str) -> list[str]:
    return [summary, summary.removesuffix(" for Ann")]


def main() -> None:
    """Play once for the steps, once for the end, then once for each step."""
    started = time.monotonic()
    with SandboxJira({"sync": TOKEN}) as jira, TemporaryDirectory() as folder:
        theatre = Theatre(jira, Path(folder))
        acts = theatre.steps()
        expected = theatre.play()
        broken = []
        for act, names in enumerate(acts):
            for step, name in enumerate(names):
                end = theatre.play(act, step)
                if end != expected:
                    broken.append([act, step, name, end])
        before = theatre.scene.writes()
        theatre.scene.force()
        theatre._settle()
        tell(
            {
                "expected": expected,
                "steps": [len(names) for names in acts],
                "played": theatre.played - 2,
                "broken": broken,
                "seconds": round(time.monotonic() - started),
                "echoes": theatre.scene.writes() - before,
                **theatre.scene.facts(),
            }
        )

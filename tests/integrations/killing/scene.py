"""A project of this product joined to a sandbox Jira, in a database of its own."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.management import call_command
from django.db.models import F

from integrations import services, store
from integrations.models import (
    AttachmentLink,
    CommentLink,
    Conflict,
    Connection,
    Endpoint,
    Intent,
    Link,
    SyncLog,
    SyncTask,
)
from integrations.sandbox.jira.sandbox import SandboxJira
from integrations.services import engines
from testmgmt.accounts.models import User
from testmgmt.core import attachments, comments
from testmgmt.core.models import TargetKind
from testmgmt.core.targets import Target
from testmgmt.defects import services as defects
from testmgmt.defects.domain import DefectChange, NewDefect
from testmgmt.defects.models import Defect
from testmgmt.projects import services as projects
from tests.factories.integrations import pass_time

TOKEN = "sandbox-t0ken"
READING_POSTS = ("/search/jql", "/bulkfetch")


@dataclass
class Scene:
    """What people do on both sides, and what the tables say."""

    jira: SandboxJira
    tom: User
    project: projects.Project
    connection: Connection

    @classmethod
    def set_up(cls, jira: SandboxJira) -> "Scene":
        """Migrate, connect and switch on; every new defect goes over by itself."""
        call_command("migrate", verbosity=0)
        tom = User.objects.create_superuser("tom")
        project = projects.create_project(user=tom, key="SHOP", name="Web Shop")
        new = services.NewSystem(
            kind="jira",
            name="Our Jira",
            base_url=jira.url,
            credentials={"username": "sync@example.com", "token": TOKEN},
            is_private_allowed=True,
        )
        system = services.connect_system(user=tom, project_id=project.pk, system=new)
        services.verify_system(user=tom, system_id=system.pk)
        target = services.Target(system.pk, "10000")
        connection = services.connect_project(user=tom, project_id=project.pk, target=target)
        rules = connection.versions.get().rules
        rules |= {"create": {"a": "auto", "b": "off"}, "max_creates_per_hour": 5000}
        services.publish_rules(user=tom, connection_id=connection.pk, document=rules)
        services.enable(user=tom, connection_id=connection.pk)
        services.drain(system_id=system.pk)  # the first poll only learns what time it is
        engines._kept.connectors.clear()  # its sockets are not for children
        return cls(jira, tom, project, connection)

    @property
    def system_id(self):
        return store.working_system(self.connection.pk).pk

    # -- people

    def create(self, title: str) -> Defect:
        new = NewDefect(title=title, description="It **breaks** here.")
        return defects.create_defect(user=self.tom, project_id=self.project.pk, defect=new)

    def edit(self, defect: Defect, **fields) -> None:
        change = DefectChange(**fields)
        defects.update_defect(user=self.tom, defect_id=defect.pk, change=change)

    def comment(self, defect: Defect, body: str) -> None:
        comments.add_comment(target=_target(defect), user_id=self.tom.pk, body=body)

    def attach(self, defect: Defect, name: str, content: bytes) -> None:
        attachments.attach(target=_target(defect), user_id=self.tom.pk, name=name, chunks=[content])

    # -- time

    def has_work(self) -> bool:
        return SyncTask.objects.filter(generation__gt=F("done"), state="ready").exists()

    def release(self, token: str) -> None:
        """Let two minutes pass for what a dead worker had leased."""
        if token:
            ago = timedelta(seconds=121)
            for rows in (SyncTask.objects, self.system_turns):
                rows.filter(lease_token=token).update(lease_until=F("lease_until") - ago)

    @property
    def system_turns(self):
        return self.connection.endpoints.get(side="b").system.turns

    # -- what the tables say

    def facts(self) -> dict:
        """Return what a proof has to look at."""
        dead = SyncTask.objects.filter(state=SyncTask.State.DEAD)
        return {
            "links": dict(Counter(Link.objects.values_list("state", flat=True))),
            "intents": Intent.objects.count(),
            "held": Conflict.objects.filter(resolved_at=None).count(),
            "leased": SyncTask.objects.filter(lease_until__isnull=False).count(),
            "dead": dead.count(),
            "dead without a reason": dead.filter(error="").count(),
            "log": dict(Counter(SyncLog.objects.values_list("action", flat=True))),
            "connection": Connection.objects.get().status,
        }

    def writes(self) -> int:
        """Count what programs wrote into Jira so far."""
        return sum(
            call.method in {"POST", "PUT", "DELETE"} and not call.path.endswith(READING_POSTS)
            for call in self.jira.calls()
        )

    def force(self) -> None:
        """Ask for every link once more, whatever is known of it."""
        endpoint = Endpoint.objects.get(side="b")
        for pk in Link.objects.values_list("pk", flat=True):
            store.hint_link(link_id=pk, endpoint=endpoint, why="button", priority=store.PERSON)


def let_pass(seconds: float) -> None:
    """Let time go by for everything that waits, the journals of unanswered requests included."""
    pass_time(seconds)
    ago = timedelta(seconds=seconds)
    for model in (CommentLink, AttachmentLink):
        model.objects.update(sent_at=F("sent_at") - ago)
    for intent in Intent.objects.all():
        sent_at = datetime.fromisoformat(intent.base["sent_at"]) - ago
        base = {**intent.base, "sent_at": sent_at.isoformat()}
        Intent.objects.filter(pk=intent.pk, base=intent.base).update(base=base)


def tell(report: dict) -> None:
    """Print a report for the test that started this process."""
    print(json.dumps(report), flush=True)  # noqa: T201  the parent reads it


def _target(defect: Defect) -> Target:
    return Target(TargetKind.DEFECT, defect.pk, defect.project_id)

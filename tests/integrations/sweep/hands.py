"""What people do in each tracker, said the same way for all of them."""

import json
from dataclasses import dataclass, field
from typing import Protocol

from integrations.connectors.platform.mapping import item_id
from integrations.models import System
from integrations.sandbox.azure_devops.sandbox import SandboxAzureDevOps
from integrations.sandbox.github.sandbox import SandboxGitHub
from integrations.sandbox.jira.sandbox import SandboxJira
from integrations.sandbox.tracker import SandboxTracker
from integrations.services.systems import platform_system
from testmgmt.core import attachments, comments
from testmgmt.core.models import TargetKind
from testmgmt.core.targets import Target
from testmgmt.defects import services as defects
from testmgmt.defects.domain import DefectChange, NewDefect
from testmgmt.defects.models import Defect

TOKEN = "sandbox-t0ken"
READING_POSTS = ("/search", "/search/jql", "/bulkfetch", "/wiql", "/workitemsbatch")


@dataclass(frozen=True)
class Picture:
    """What a person compares: values, the last lines of comments, the names of files."""

    title: str
    text: str
    labels: frozenset[str]
    is_done: bool
    said: tuple[str, ...]
    files: tuple[str, ...] = field(default=())


class Hands(Protocol):
    """A person at work on one side."""

    kind: str
    tracker: SandboxTracker | None

    def system(self) -> System:
        """Make the row of the system."""

    def scope(self) -> str:
        """Return the id of the project to sync."""

    def create(self, title: str, text: str, labels: set[str]) -> str: ...
    def retitle(self, item: str, title: str) -> None: ...
    def rewrite(self, item: str, text: str) -> None: ...
    def relabel(self, item: str, add: set[str], remove: set[str]) -> None: ...
    def close(self, item: str) -> None: ...
    def comment(self, item: str, text: str) -> str: ...
    def edit_comment(self, item: str, comment: str, text: str) -> None: ...
    def attach(self, item: str, name: str, content: bytes) -> None: ...
    def items(self) -> list[str]: ...
    def picture(self, item: str) -> Picture: ...
    def writes(self) -> int:
        """Count what programs wrote there so far."""


def last_line(text: str) -> str:
    """Return what somebody said, without the line that names them."""
    return text.strip().splitlines()[-1].strip() if text.strip() else ""


def tracker_system(hands, name: str, credentials: dict[str, str], base_url: str) -> System:
    return System.objects.create(
        kind=hands.kind,
        name=name,
        base_url=base_url,
        credentials=json.dumps(credentials),
        is_private_allowed=True,
        status=System.Status.OK,
    )


class TrackerHands:
    """What all sandbox trackers share."""

    tracker: SandboxTracker

    def __init__(self, name: str) -> None:
        self.name = name

    def writes(self) -> int:
        return sum(
            call.method in {"POST", "PUT", "PATCH", "DELETE"}
            and not call.path.endswith(READING_POSTS)
            for call in self.tracker.calls()
        )


class JiraHands(TrackerHands):
    kind = "jira"

    def __init__(self, name: str, deployment: str) -> None:
        super().__init__(name)
        self.deployment = deployment
        self.tracker = SandboxJira({"sync": TOKEN}, deployment)
        self.ken = self.tracker.as_human("ken")

    def system(self) -> System:
        username = "sync@example.com" if self.deployment == "cloud" else ""
        return tracker_system(
            self, self.name, {"username": username, "token": TOKEN}, self.tracker.url
        )

    def scope(self) -> str:
        return "10000"

    def create(self, title, text, labels):
        made = self.ken.create("ENG", "Bug", summary=title, description=text, labels=list(labels))
        return made.key

    def retitle(self, item, title):
        self.ken.edit(item, summary=title)

    def rewrite(self, item, text):
        self.ken.edit(item, description=text)

    def relabel(self, item, add, remove):
        self.ken.edit(item, labels=sorted((self.picture(item).labels | add) - remove))

    def close(self, item):
        self.ken.set_status(item, "Done")

    def comment(self, item, text):
        return self.ken.comment(item, text).id

    def edit_comment(self, item, comment, text):
        self.ken.edit_comment(comment, text)

    def attach(self, item, name, content):
        self.ken.attach(item, name, content)

    def items(self):
        return [issue.key for issue in self.tracker.issues()]

    def picture(self, item):
        issue = self.ken.issue(item)
        return Picture(
            title=issue.values["summary"],
            text=self.ken.text(issue.values.get("description")),
            labels=frozenset(issue.values.get("labels") or ()),
            is_done=self.ken.status(item) == "Done",
            said=tuple(
                sorted(last_line(self.ken.text(one.body)) for one in self.ken.comments(item))
            ),
            files=tuple(sorted(file.filename for file in self.ken.attachments(item))),
        )


class GitHubHands(TrackerHands):
    kind = "github"
    repository = "acme/shop"

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.tracker = SandboxGitHub({"sync": TOKEN})
        self.ken = self.tracker.as_human("ken")

    def system(self) -> System:
        return tracker_system(self, self.name, {"token": TOKEN}, self.tracker.url)

    def scope(self) -> str:
        return self.repository

    def create(self, title, text, labels):
        return self.ken.key(
            self.ken.create(self.repository, title, body=text, labels=sorted(labels))
        )

    def retitle(self, item, title):
        self.ken.edit(item, title=title)

    def rewrite(self, item, text):
        marker = self.ken.issue(item).body.rpartition("\n\n<!--")
        kept = f"\n\n<!--{marker[2]}" if marker[0] else ""
        self.ken.edit(item, body=text + kept)

    def relabel(self, item, add, remove):
        self.ken.edit(item, labels=sorted((self.picture(item).labels | add) - remove))

    def close(self, item):
        self.ken.close(item)

    def comment(self, item, text):
        return self.ken.comment(item, text).id

    def edit_comment(self, item, comment, text):
        self.ken.edit_comment(comment, text)

    def attach(self, item, name, content):
        """GitHub keeps no files beside an issue."""

    def items(self):
        return [self.ken.key(issue) for issue in self.tracker.issues()]

    def picture(self, item):
        issue = self.ken.issue(item)
        return Picture(
            title=issue.title,
            text=(issue.body or "").partition("<!--")[0].replace("\r\n", "\n").strip(),
            labels=frozenset(self.ken.labels(item)),
            is_done=issue.state == "closed",
            said=tuple(sorted(last_line(one.body) for one in self.ken.comments(item))),
        )


class AzureHands(TrackerHands):
    kind = "azure_devops"

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.tracker = SandboxAzureDevOps({"sync": TOKEN})
        self.ken = self.tracker.as_human("ken")

    def system(self) -> System:
        return tracker_system(self, self.name, {"token": TOKEN}, self.tracker.url)

    def scope(self) -> str:
        return "6ce954b1-ce1f-45d1-b94d-e6bf2464ba2c"

    def create(self, title, text, labels):
        made = self.ken.create(
            self.scope(), "Bug", title=title, repro_steps=text, tags="; ".join(sorted(labels))
        )
        return str(made.id)

    def retitle(self, item, title):
        self.ken.edit(int(item), title=title)

    def rewrite(self, item, text):
        self.ken.edit(int(item), repro_steps=text)

    def relabel(self, item, add, remove):
        labels = (self.picture(item).labels | add) - remove
        self.ken.edit(int(item), tags="; ".join(sorted(labels)))

    def close(self, item):
        self.ken.set_status(int(item), "Closed")

    def comment(self, item, text):
        return self.ken.comment(int(item), text).id

    def edit_comment(self, item, comment, text):
        self.ken.edit_comment(comment, text)

    def attach(self, item, name, content):
        self.ken.attach(int(item), name, content)

    def items(self):
        return [str(item.id) for item in self.tracker.items()]

    def picture(self, item):
        found = self.ken.item(int(item))
        tags = found.values.get("System.Tags") or ""
        return Picture(
            title=found.values["System.Title"],
            text=str(found.values.get("Microsoft.VSTS.TCM.ReproSteps") or ""),
            labels=frozenset(tag.strip() for tag in tags.split(";") if tag.strip()),
            is_done=self.ken.status(int(item)) == "Closed",
            said=tuple(sorted(last_line(one.text) for one in self.ken.comments(int(item)))),
            files=tuple(sorted(file.name for file in self.ken.attachments(int(item)))),
        )


class PlatformHands:
    """A tester of ours."""

    kind = "platform"
    tracker = None

    def __init__(self, project, user) -> None:
        self.project = project
        self.user = user

    def system(self) -> System:
        return platform_system()

    def scope(self) -> str:
        return str(self.project.pk)

    def create(self, title, text, labels):
        made = defects.create_defect(
            user=self.user,
            project_id=self.project.pk,
            defect=NewDefect(title=title, description=text, labels=sorted(labels)),
        )
        return item_id(made.pk)

    def retitle(self, item, title):
        self._change(item, title=title)

    def rewrite(self, item, text):
        self._change(item, description=text)

    def relabel(self, item, add, remove):
        self._change(item, labels=sorted((self.picture(item).labels | add) - remove))

    def close(self, item):
        done = self.project.choices.filter(kind="defect_status", category="done").first()
        self._change(item, status=done.name)

    def comment(self, item, text):
        said = comments.add_comment(target=self._target(item), user_id=self.user.pk, body=text)
        return str(said.pk)

    def edit_comment(self, item, comment, text):
        said = comments.comment_on(TargetKind.DEFECT, self._pk(item), int(comment))
        comments.edit_comment(comment=said, user_id=self.user.pk, body=text)

    def attach(self, item, name, content):
        attachments.attach(
            target=self._target(item), user_id=self.user.pk, name=name, chunks=[content]
        )

    def items(self):
        pks = Defect.objects.filter(deleted_at=None).order_by("pk").values_list("pk", flat=True)
        return [item_id(pk) for pk in pks]

    def picture(self, item):
        defect = Defect.objects.get(pk=self._pk(item))
        files = attachments.attachments_of(TargetKind.DEFECT, [defect.pk])
        said = comments.comments_of(TargetKind.DEFECT, defect.pk)
        return Picture(
            title=defect.title,
            text=defect.description,
            labels=frozenset(defect.labels.values_list("name", flat=True)),
            is_done=defect.status.category == "done",
            said=tuple(sorted(last_line(one.body) for one in said)),
            files=tuple(sorted(file.name for file in files)),
        )

    def writes(self):
        """Count revisions: every write of ours makes one."""
        return sum(Defect.objects.values_list("revision", flat=True))

    def _pk(self, item: str) -> int:
        return int(item.removeprefix("D-"))

    def _target(self, item: str) -> Target:
        return Target(TargetKind.DEFECT, self._pk(item), self.project.pk)

    def _change(self, item: str, **values) -> None:
        defects.update_defect(
            user=self.user,
            defect_id=self._pk(item),
            change=DefectChange(**values),
            revision=None,
        )

"""The demo: a project from a TestRail export, a run with results, a sandbox Jira connected."""

import io
import json
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from integrations import services as integrations
from integrations.models import System
from testmgmt.accounts import services as accounts
from testmgmt.accounts.domain import digest_of
from testmgmt.accounts.models import ApiKey, User
from testmgmt.cases.models import Case
from testmgmt.core.permissions import Scope
from testmgmt.launch.keys import USERNAME, DemoKeys, demo_keys
from testmgmt.projects import services as projects
from testmgmt.projects.models import Project
from testmgmt.runs import services as runs
from testmgmt.runs.domain import Attempt, Selection

EXPORT = Path(__file__).parent / "demo_data" / "testrail-suite.xml"
SANDBOX = "Sandbox Jira"
OUTCOMES = ["passed", "passed", "failed", "passed", "blocked", "passed", "skipped", "passed"]


def make() -> DemoKeys:
    """Make what is missing of the demo; a second call changes nothing that people did."""
    keys = demo_keys()
    user = _user(keys)
    project = Project.objects.filter(key="SHOP").first() or _project(user)
    _token(keys, user, project)
    _sandbox(keys, user, project)
    return keys


def _user(keys: DemoKeys) -> User:
    user = User.objects.filter(username=USERNAME).first()
    if user is None:
        user = User.objects.create_user(
            USERNAME, "demo@example.com", keys.password, first_name="Dana", last_name="Demo"
        )
        user.is_staff = user.is_demo = True
        user.save()
    return user


def _project(user: User) -> Project:
    project = projects.create_project(
        user=user, key="SHOP", name="Web Shop", description="A shop to try things out in."
    )
    call_command(
        "import_from", "testrail", EXPORT, project="SHOP", user=USERNAME, stdout=io.StringIO()
    )
    _run(user, project)
    return project


def _run(user: User, project: Project) -> None:
    draft = runs.Draft("Release 2.4 smoke", environment="Staging", build="2.4.0-rc3")
    some = Case.objects.filter(project=project).order_by("pk").values_list("pk", flat=True)[:24]
    run = runs.create_run(
        user=user,
        project_id=project.pk,
        draft=draft,
        selection=Selection(case_ids=frozenset(some)),
        now=timezone.now(),
    )
    for execution, outcome in zip(run.executions.all(), OUTCOMES, strict=False):
        runs.record_result(
            user=user,
            execution_id=execution.pk,
            attempt=Attempt(status=outcome),
            now=timezone.now(),
        )


def _token(keys: DemoKeys, user: User, project: Project) -> None:
    if ApiKey.objects.filter(digest=digest_of(keys.token), revoked_at=None).exists():
        return
    _key, keys.token = accounts.create_token(
        user=user, name="Demo", scopes=[Scope.ADMIN], project=project
    )
    keys.save()


def _sandbox(keys: DemoKeys, user: User, project: Project) -> None:
    """Connect the sandbox Jira once; its port may be another one at every start."""
    system = System.objects.filter(name=SANDBOX).first()
    if system is not None:
        System.objects.filter(pk=system.pk).update(base_url=sandbox_url())
        return
    system = System.objects.create(
        kind="jira",
        name=SANDBOX,
        base_url=sandbox_url(),
        credentials=json.dumps({"username": "sync@example.com", "token": keys.sandbox["sync"]}),
        is_private_allowed=True,
        created_by=user,
    )
    integrations.verify_system(user=user, system_id=system.pk)
    scopes = integrations.scopes_of(user=user, system_id=system.pk)
    scope = next(one for one in scopes if one.key == "ENG")
    target = integrations.Target(system.pk, scope.id, f"{scope.name} ({scope.key})")
    connection = integrations.connect_project(
        user=user, project_id=project.pk, target=target, name="Jira"
    )
    integrations.enable(user=user, connection_id=connection.pk)


def sandbox_url() -> str:
    """Return where the sandbox Jira of this installation answers."""
    return f"http://127.0.0.1:{settings.SANDBOX_PORT}"

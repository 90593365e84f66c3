"""How many HTTP calls one sync costs, counted by the sandbox Jira that receives them.

The floor of the design: a creation is one write, a change one read of the issue and one write,
and an echo of our own write costs nothing.
"""

import os
import secrets
from collections.abc import Callable

import django
from django.core.management import call_command

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "testmgmt.settings")
django.setup()

from integrations import services as sync
from integrations.models import System
from integrations.sandbox.jira.sandbox import SandboxJira
from testmgmt.accounts.models import User
from testmgmt.defects import services as defects
from testmgmt.defects.domain import DefectChange, NewDefect
from testmgmt.defects.models import Defect
from testmgmt.projects import services as projects


class Bench:
    """A project connected to a sandbox, and a counter of what the sandbox saw."""

    def __init__(self, sandbox: SandboxJira, token: str) -> None:
        self.sandbox = sandbox
        self.user = User.objects.create_superuser("bench")
        self.project = projects.create_project(user=self.user, key="BENCH", name="Bench")
        self.system = self._connect(token)
        self.defect: Defect = defects.create_defect(
            user=self.user, project_id=self.project.pk, defect=NewDefect(title="Login fails")
        )

    def _connect(self, token: str) -> System:
        new = sync.NewSystem(
            kind="jira",
            name="Sandbox",
            base_url=self.sandbox.url,
            credentials={"username": "sync@example.com", "token": token},
            is_private_allowed=True,
        )
        system = sync.connect_system(user=self.user, project_id=self.project.pk, system=new)
        sync.verify_system(user=self.user, system_id=system.pk)
        scopes = sync.scopes_of(user=self.user, system_id=system.pk)
        scope = next(one for one in scopes if one.key == "ENG")
        connection = sync.connect_project(
            user=self.user, project_id=self.project.pk, target=sync.Target(system.pk, scope.id)
        )
        sync.enable(user=self.user, connection_id=connection.pk)
        sync.drain(system_id=system.pk)  # the first poll is not part of what follows
        return system

    def measure(self, what: str, act: Callable[[], object]) -> None:
        """Do something, sync it, and print the calls that it took."""
        act()
        self.sandbox.clear_calls()
        sync.request_sync(user=self.user, project_id=self.project.pk, item_ids=[self.defect.key])
        sync.drain(system_id=self.system.pk)
        calls = [f"{call.method} {call.path}" for call in self.sandbox.calls()]
        print(f"{what:<28} {len(calls):>2} calls   {', '.join(calls)}")

    def change(self, **values: str) -> None:
        """Change the defect here."""
        defects.update_defect(
            user=self.user, defect_id=self.defect.pk, change=DefectChange(**values)
        )


def main() -> None:
    """Measure the ordinary steps of a defect's life."""
    call_command("migrate", verbosity=0)
    token = secrets.token_urlsafe(16)
    with SandboxJira({"sync": token, "ken": token}) as sandbox:
        bench = Bench(sandbox, token)
        human = sandbox.as_human("ken")
        bench.measure("create the issue", lambda: None)
        bench.measure("nothing changed", lambda: None)
        bench.measure("a field changed here", lambda: bench.change(title="Login fails on rc3"))
        bench.measure("the status changed here", lambda: bench.change(status="in-progress"))
        [issue] = [one for one in human.issues() if one.values["summary"] == "Login fails on rc3"]
        bench.measure("a comment came there", lambda: human.comment(issue.key, "Seen."))


if __name__ == "__main__":
    main()

"""The connection test: one line after another, each with its own way to mend it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from integrations.base.errors import (
    AddressError,
    AuthFailedError,
    ConnectorError,
    DeniedError,
    GoneError,
    ScopeError,
)
from integrations.base.http import ApiClient
from integrations.base.items import Check, Verified
from integrations.connectors.jira.client import CloudClient, ServerClient
from integrations.connectors.jira.endpoints import server_info
from integrations.connectors.jira.mapping import person_id

DEPLOYMENT, CLOUD, SERVER = "deployment", "cloud", "server"
"""Which of the two Jiras it is, as `SystemConfig.options` keeps it."""
_RIGHTS = {
    "CREATE_ISSUES": ("Create issues", "create issues"),
    "EDIT_ISSUES": ("Edit issues", "edit issues"),
    "TRANSITION_ISSUES": ("Transition issues", "change the status of issues"),
    "ADD_COMMENTS": ("Add comments", "comment"),
    "CREATE_ATTACHMENTS": ("Create attachments", "attach files"),
}
_TOKENS = {
    True: "Check the e-mail address, or make a new API token in the Atlassian account's settings.",
    False: "Make a new personal access token in the profile of the Jira account.",
}


def is_cloud(info: Any) -> bool:
    """Say which of the two Jiras answered, AddressError where it is none."""
    if not isinstance(info, Mapping) or "version" not in info or "baseUrl" not in info:
        raise AddressError("What answers there is not Jira.", fix=_ADDRESS)
    return info.get("deploymentType") == "Cloud"


_ADDRESS = "Enter the address that comes before /browse/ when you look at an issue."


@dataclass(slots=True)
class Verification:
    """One connection test; `client` makes the client for Cloud (True) or Data Center."""

    anonymous: ApiClient
    client: Callable[[bool], CloudClient | ServerClient]
    checks: list[Check] = field(default_factory=list)
    step: str = "Address"
    version: str = ""
    deployment: str = ""
    account: Mapping[str, Any] = field(default_factory=dict)
    server_now: datetime | None = None

    def run(self, scope: str) -> Verified:
        """Go down the list; what cannot be passed ends it."""
        try:
            self._walk(scope)
        except ConnectorError as error:
            failed = Check(
                self.step, is_ok=False, message=error.message, fix=error.fix, error=error
            )
            self.checks.append(failed)
        return Verified(
            account_id=person_id(self.account),
            account_name=str(self.account.get("displayName", "")),
            server_now=self.server_now,
            version=self.version,
            checks=self.checks,
            options={DEPLOYMENT: self.deployment} if self.deployment else {},
        )

    def _walk(self, scope: str) -> None:
        is_on_cloud = self._address()
        self.step = "Sign-in"
        client = self.client(is_on_cloud)
        self._sign_in(client, is_on_cloud=is_on_cloud)
        if scope:
            self.step = "Project"
            self._project(client, scope)

    def _address(self) -> bool:
        try:
            answer = server_info(self.anonymous)
        except GoneError as error:
            raise AddressError("What answers there is not Jira.", fix=_ADDRESS) from error
        info = answer.json()
        is_on_cloud = is_cloud(info)
        self.server_now = answer.server_now
        self.deployment = CLOUD if is_on_cloud else SERVER
        self.version = f"{'Cloud' if is_on_cloud else 'Data Center'} {info['version']}"
        self._passed(f"Jira {self.version} answers.")
        return is_on_cloud

    def _sign_in(self, client: CloudClient | ServerClient, *, is_on_cloud: bool) -> None:
        try:
            self.account = client.myself()
        except AuthFailedError as error:
            if "CAPTCHA" in error.fix:
                raise
            raise AuthFailedError(
                "Jira does not accept our credentials.", fix=_TOKENS[is_on_cloud]
            ) from error
        self._passed(f"Signed in as {self.account.get('displayName')}.")

    def _project(self, client: CloudClient | ServerClient, scope: str) -> None:
        name = self.account.get("displayName")
        try:
            project = client.project(scope)
        except (GoneError, DeniedError) as error:
            raise ScopeError(
                f"There is no project {scope} that {name} can see.",
                fix="Check the project, and give the account the permission “Browse projects”.",
            ) from error
        self._passed(f"The project {project['name']} ({project['key']}) is open to us.")
        held = client.permissions(scope, _RIGHTS)
        for right, (title, deed) in _RIGHTS.items():
            is_held = bool(held.get(right, {}).get("havePermission"))
            message = f"{name} {'may' if is_held else 'may not'} {deed} in {project['key']}."
            fix = "" if is_held else f"Grant “{title}” in the project's permission scheme."
            self.checks.append(Check(title, is_ok=is_held, message=message, fix=fix))

    def _passed(self, message: str) -> None:
        self.checks.append(Check(self.step, is_ok=True, message=message))

"""The connection test: one line after another, each with its own way to mend it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from integrations.base.answers import Answer
from integrations.base.errors import (
    AddressError,
    AuthFailedError,
    ConnectorError,
    DeniedError,
    GoneError,
    InvalidError,
    ScopeError,
)
from integrations.base.items import Check, Verified
from integrations.connectors.azure_devops.calls import Json
from integrations.connectors.azure_devops.client import Client
from integrations.connectors.azure_devops.shapes import TITLE
from integrations.connectors.azure_devops.wiql import within

NOBODY = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"
"""The identity of whoever did not sign in, as public organisations have it."""
_CLOUD = "dev.azure.com"
_ADDRESS = (
    "Enter the address of the organisation, such as https://dev.azure.com/example,"
    " or of the collection on your own server, without a project."
)
_RENEW = (
    "Make a personal access token with the scope “Work Items: Read & write” for this organisation,"
    " as the account of the sync; an old one may have expired."
)


@dataclass(slots=True)
class Verification:
    """One connection test."""

    client: Client
    base_url: str
    checks: list[Check] = field(default_factory=list)
    step: str = "Address"
    version: str = ""
    account: Json = field(default_factory=dict)
    server_now: datetime | None = None

    def run(self, scope: str) -> Verified:
        """Go down the list; what cannot be passed ends it."""
        try:
            self._walk(scope)
        except ConnectorError as error:
            self._failed(error)
        return Verified(
            account_id=str(self.account.get("id", "")),
            account_name=self._name,
            server_now=self.server_now,
            version=self.version,
            checks=self.checks,
        )

    def _walk(self, scope: str) -> None:
        answer = self._address()
        self.step = "Sign-in"
        self._sign_in(answer)
        if scope:
            self.step = "Project"
            self._project(scope)

    def _address(self) -> Answer | AuthFailedError:
        """Ask who we are; a refusal of the token is an answer too, of Azure DevOps itself."""
        parts = urlsplit(self.base_url)
        if parts.hostname == _CLOUD and not parts.path.strip("/"):
            raise AddressError("The address names no organisation.", fix=_ADDRESS)
        try:
            answer = self.client.connection()
        except AuthFailedError as error:
            self.version = "7.1"
            self._passed("Azure DevOps answers.")
            return error
        except (GoneError, InvalidError, DeniedError) as error:
            raise AddressError(
                "What answers there is not an organisation of Azure DevOps.", fix=_ADDRESS
            ) from error
        document = answer.json()
        if not isinstance(document, Mapping) or "authenticatedUser" not in document:
            raise AddressError("What answers there is not Azure DevOps.", fix=_ADDRESS)
        self.server_now = answer.server_now
        self.version = _version(document)
        self._passed(f"Azure DevOps {self.version} answers.")
        return answer

    def _sign_in(self, answer: Answer | AuthFailedError) -> None:
        if isinstance(answer, AuthFailedError):
            raise AuthFailedError("Azure DevOps does not accept the token.", fix=_RENEW) from answer
        account = answer.json()["authenticatedUser"]
        if account.get("id") == NOBODY:
            raise AuthFailedError("Azure DevOps takes us for nobody.", fix=_RENEW)
        self.account = account
        self._passed(f"Signed in as {self._name}.")

    def _project(self, scope: str) -> None:
        try:
            project = self.client.project(scope).json()
        except (GoneError, DeniedError) as error:
            raise ScopeError(
                f"There is no project {scope} that {self._name} can see.",
                fix="Check the project, and add the account to its group “Contributors”.",
            ) from error
        self._passed(f"The project {project['name']} is open to us.")
        name = str(project["name"])
        if self._may_read(scope, name):
            self._may_write(scope, name)

    def _may_read(self, scope: str, name: str) -> bool:
        try:
            self.client.query(scope, within("", "0"), 1)
        except (AuthFailedError, DeniedError, GoneError) as error:
            message = f"{self._name} may not read work items in {name}: {error.message}"
            fix = "Give the token the scope “Work Items: Read & write”, and the account access."
            self.checks.append(
                Check("Read work items", is_ok=False, message=message, fix=fix, error=error)
            )
            return False
        self.step = "Read work items"
        self._passed(f"{self._name} may read work items in {name}.")
        return True

    def _may_write(self, scope: str, name: str) -> None:
        """Ask for a creation that is checked and never stored; a missing field is fine here."""
        self.step = "Write work items"
        types = [each for each in self.client.types(scope) if not each.get("isDisabled")]
        patch = [{"op": "add", "path": f"/fields/{TITLE}", "value": "Connection test"}]
        try:
            if types:
                self.client.try_create(scope, str(types[0]["name"]), patch)
        except InvalidError:
            # A rule of the type was asked, so the account may write.
            self._passed(f"{self._name} may write work items in {name}.")
            return
        except (AuthFailedError, DeniedError, GoneError) as error:
            message = f"{self._name} may not write work items in {name}: {error.message}"
            fix = (
                "Give the token the scope “Work Items: Read & write”, and the account the right"
                " “Edit work items in this node” in the project's areas."
            )
            self.checks.append(Check(self.step, is_ok=False, message=message, fix=fix, error=error))
            return
        self._passed(f"{self._name} may write work items in {name}.")

    @property
    def _name(self) -> str:
        account = self.account
        name = account.get("providerDisplayName") or account.get("customDisplayName") or ""
        return str(name or account.get("id", ""))

    def _passed(self, message: str) -> None:
        self.checks.append(Check(self.step, is_ok=True, message=message))

    def _failed(self, error: ConnectorError) -> None:
        self.checks.append(
            Check(self.step, is_ok=False, message=error.message, fix=error.fix, error=error)
        )


def _version(document: Mapping[str, Any]) -> str:
    is_server = document.get("deploymentType") == "onPremises"
    return "Server" if is_server else "Services"

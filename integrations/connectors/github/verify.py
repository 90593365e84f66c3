"""The connection test: one line after another, each with its own way to mend it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

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
from integrations.connectors.github.site import Site

_ADDRESS = "Enter https://github.com, or the address of your GitHub Enterprise Server."
_CLASSIC = {"repo", "public_repo"}


@dataclass(slots=True)
class Verification:
    """One connection test."""

    site: Site
    checks: list[Check] = field(default_factory=list)
    step: str = "Address"
    version: str = ""
    account: Mapping[str, Any] = field(default_factory=dict)
    server_now: datetime | None = None

    def run(self, scope: str) -> Verified:
        """Go down the list; what cannot be passed ends it."""
        try:
            self._walk(scope)
        except ConnectorError as error:
            self.checks.append(
                Check(self.step, is_ok=False, message=error.message, fix=error.fix, error=error)
            )
        return Verified(
            account_id=str(self.account.get("id", "")),
            account_name=str(self.account.get("login", "")),
            server_now=self.server_now,
            version=self.version,
            checks=self.checks,
        )

    def _walk(self, scope: str) -> None:
        self._sign_in()
        if scope:
            self.step = "Repository"
            repository = self._repository(scope)
            self.step = "Issues"
            self._issues(scope, repository)
            self.step = "Labels and assignees"
            self._labels(repository)
            self.step = "Branch"
            self._branch(scope, repository)

    def _sign_in(self) -> None:
        """Address and sign-in are one call: a wrong address does not know what a user is."""
        try:
            answer = self.site.client.user()
        except AuthFailedError:
            self.version, self.step = "GitHub", "Sign-in"
            raise
        except GoneError as error:
            raise AddressError("What answers there is not GitHub.", fix=_ADDRESS) from error
        account = answer.json()
        if not isinstance(account, Mapping) or not {"login", "id"} <= set(account):
            raise AddressError("What answers there is not GitHub.", fix=_ADDRESS)
        server = answer.headers.get("X-GitHub-Enterprise-Version")
        self.version = f"GitHub Enterprise Server {server}" if server else "GitHub"
        self.server_now = answer.server_now
        self._passed(f"{self.version} answers.")
        self.step = "Sign-in"
        self._account(account, _scopes(answer))

    def _account(self, account: Mapping[str, Any], held: set[str] | None) -> None:
        if held is not None and not held & _CLASSIC:
            raise AuthFailedError(
                f"The token of {account['login']} may not touch repositories.",
                fix="Make one with the scope “repo” (“public_repo” for public repositories).",
            )
        self.account = account
        self._passed(f"Signed in as {account['login']}.")

    def _repository(self, scope: str) -> Mapping[str, Any]:
        try:
            repository: Mapping[str, Any] = self.site.client.repository(scope).json()
        except (GoneError, DeniedError) as error:
            raise ScopeError(
                f"There is no repository {scope} that {self.account['login']} can see.",
                fix="Check its name, and choose it in the token's “Repository access”.",
            ) from error
        self._passed(f"The repository {repository['full_name']} is open to us.")
        return repository

    def _labels(self, repository: Mapping[str, Any]) -> None:
        """Without the right to push GitHub drops labels, assignees and milestones in silence."""
        name, us = repository["full_name"], self.account["login"]
        held = repository.get("permissions")
        if held is None:
            return
        if held.get("push"):
            self._passed(f"{us} may set labels, assignees and milestones in {name}.")
            return
        self._failed(
            f"{us} may not set labels, assignees and milestones in {name}: GitHub drops them.",
            f"Give {us} the role “Write” in the repository's settings.",
        )

    def _issues(self, scope: str, repository: Mapping[str, Any]) -> None:
        name, us = repository["full_name"], self.account["login"]
        if not repository.get("has_issues", True):
            self._failed(f"{name} has no issues.", "Tick “Issues” in the repository's settings.")
        elif repository.get("archived"):
            self._failed(f"{name} is archived, so nobody can write.", "Unarchive it.")
        elif self._may_write(scope):
            self._passed(f"{us} may write issues in {name}.")
        else:
            self._failed(
                f"{us} may not write issues in {name}.",
                "Give the token the repository permission “Issues: read and write”.",
            )

    def _may_write(self, scope: str) -> bool:
        """Ask for an issue that cannot be: GitHub tells of a token's rights in no other way."""
        try:
            self.site.client.create(scope, {"title": ""})
        except InvalidError:
            return True
        except (GoneError, DeniedError):
            return False
        return True

    def _branch(self, scope: str, repository: Mapping[str, Any]) -> None:
        name, wanted = repository["full_name"], self.site.branch
        if not wanted:
            self._passed(f"Links to files point to {repository['default_branch']} of {name}.")
            return
        try:
            self.site.client.branch(scope, wanted)
        except DeniedError:
            self._failed(
                f"The token may not read the branches of {name}.",
                "Give it the repository permission “Contents: read”, or enter no branch.",
            )
        except GoneError:
            self._failed(
                f"{name} has no branch {wanted}.",
                f"Enter one that it has, or nothing for {repository['default_branch']}.",
            )
        else:
            self._passed(f"Links to files point to {wanted} of {name}.")

    def _passed(self, message: str) -> None:
        self.checks.append(Check(self.step, is_ok=True, message=message))

    def _failed(self, message: str, fix: str, error: ConnectorError | None = None) -> None:
        self.checks.append(Check(self.step, is_ok=False, message=message, fix=fix, error=error))


def _scopes(answer: Answer) -> set[str] | None:
    """Return the scopes of a classic token, None for a fine-grained one, which has none."""
    told = answer.headers.get("X-OAuth-Scopes")
    return None if told is None else {scope.strip() for scope in told.split(",")}

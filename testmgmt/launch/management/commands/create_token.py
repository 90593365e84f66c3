"""`manage.py create_token`: a bearer token for a machine, printed alone."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from testmgmt.accounts import services
from testmgmt.accounts.models import User
from testmgmt.core.errors import DomainError
from testmgmt.core.permissions import Scope
from testmgmt.projects.models import Project
from testmgmt.projects.queries import project_named


class Command(BaseCommand):
    """Make an API token and print nothing but it, so that scripts can take it."""

    help = "Make an API token for a user and print it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--user", required=True, help="who it acts for (username)")
        parser.add_argument("--name", required=True, help="what it is for")
        parser.add_argument("--project", help="key or id; where requests act that name none")
        parser.add_argument(
            "--scope", action="append", choices=list(Scope), help="repeatable; write by default"
        )

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            user = User.objects.get(username=options["user"])
            _key, token = services.create_token(
                user=user,
                name=options["name"],
                scopes=options["scope"] or [Scope.WRITE],
                project=self._project(user, options["project"]),
            )
        except User.DoesNotExist as error:
            raise CommandError(f"There is no user “{options['user']}”.") from error
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(token)

    def _project(self, user: User, named: str | None) -> Project | None:
        return project_named(user, named) if named else None

"""`manage.py up`: everything at once, as `make run` starts it."""

import socket
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from testmgmt.core.checks import stop_if_unsafe
from testmgmt.launch import roles
from testmgmt.launch.greeting import Greeting
from testmgmt.launch.keys import demo_keys
from testmgmt.launch.supervisor import Role, Supervisor


def _require_free(host: str, port: int, variable: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} on {host} is taken; set {variable} to another one."
            ) from error


class Command(BaseCommand):
    """Migrate, then keep web server, worker, beat and (embedded) the sandbox trackers running."""

    help = "Run web server, worker, beat and sandbox trackers as one group until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-demo", action="store_true", help="no demo project, no sandbox")

    def handle(self, *_: Any, **options: Any) -> None:
        has_demo = not options["no_demo"] and not settings.IS_PRODUCTION
        _require_free(settings.HOST, settings.PORT, "PORT")
        if has_demo:
            _require_free("127.0.0.1", settings.SANDBOX_PORT, "SANDBOX_PORT")
        call_command("migrate", verbosity=0)
        try:
            stop_if_unsafe()
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        group = self._roles(has_demo=has_demo)
        greeting = Greeting(self.stdout.write, has_demo=has_demo)
        Supervisor(group).run(every=greeting.when_ready)

    def _roles(self, *, has_demo: bool) -> list[Role]:
        environment = roles.own_environment()
        group = [
            roles.web(environment, settings.HOST, settings.PORT),
            roles.worker(environment),
            roles.beat(environment),
        ]
        if has_demo:
            group.insert(0, self._sandbox())
        return group

    def _sandbox(self) -> Role:
        tokens = demo_keys().sandbox
        pairs = " ".join(f"{name}={token}" for name, token in tokens.items())
        environment = roles.own_environment(SANDBOX_TOKENS=pairs)
        return roles.sandbox(environment, settings.SANDBOX_PORT, settings.DATA_DIR / "sandbox")

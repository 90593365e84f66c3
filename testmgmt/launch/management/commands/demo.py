"""`manage.py demo`: the demo project, its login and its token."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from testmgmt.launch import demo
from testmgmt.launch.greeting import demo_lines


class Command(BaseCommand):
    """Make what is missing of the demo and print its ways in."""

    help = "Make the demo project, its login and its API token; print them."

    def handle(self, *_: Any, **__: Any) -> None:
        if settings.IS_PRODUCTION:
            raise CommandError("A production installation gets no demo accounts.")
        self.stdout.write("\n".join(demo_lines(demo.make())))

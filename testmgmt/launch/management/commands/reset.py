"""`manage.py reset`: start over, for embedded installations only."""

import shutil
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """Delete the data folder of an embedded installation, secrets included."""

    help = "Delete all data of this embedded installation and start over."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *_: Any, **options: Any) -> None:
        if settings.IS_PRODUCTION:
            raise CommandError("This is a production installation: nothing was deleted.")
        if not (settings.DATA_DIR / "secrets.env").exists():
            self.stdout.write("There is nothing to delete.")
            return
        question = f"Delete everything in {settings.DATA_DIR}? [y/N] "
        if not options["yes"] and input(question).strip().lower() not in {"y", "yes"}:
            raise CommandError("Nothing was deleted.")
        shutil.rmtree(settings.DATA_DIR)
        self.stdout.write(f"Deleted {settings.DATA_DIR}. The next start begins afresh.")

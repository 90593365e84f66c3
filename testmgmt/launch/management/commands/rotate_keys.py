"""`manage.py rotate_keys`: every stored secret under the first of FIELD_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from testmgmt.core.rotation import rotate_keys


class Command(BaseCommand):
    """Encrypt stored secrets anew; then the old keys can go."""

    help = "Encrypt every stored secret under the first of FIELD_KEYS."

    def handle(self, *_: Any, **_options: Any) -> None:
        done = rotate_keys()
        for column in done:
            self.stdout.write(f"{column.column}: {column.written} encrypted anew")
        lost = [f"{column.column} of {pk}" for column in done for pk in column.unreadable]
        if lost:
            raise CommandError(
                f"No key opens {', '.join(lost)}. Add the key that wrote them to FIELD_KEYS and run"
                " this again, or enter these credentials anew."
            )
        self.stdout.write("All is under the first key; the others can be taken out of FIELD_KEYS.")

"""Real worker processes, killed with SIGKILL inside the steps of the engine."""

START = "import django; django.setup(); from tests.integrations.killing.{} import main; main()"
"""The code of a process that runs one of these modules once Django is there."""

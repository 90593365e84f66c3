"""What follows when something happens to a case."""

from django.utils import timezone

from testmgmt.cases import services
from testmgmt.core import events
from testmgmt.core.events import Event


@events.within("case.commented", "case.files_changed")
def touch(event: Event) -> None:
    """Let those who read by time of change see comments and files."""
    services.touch(case_id=int(event.object_id), now=timezone.now())

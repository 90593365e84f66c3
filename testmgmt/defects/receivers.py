"""What follows when something happens to a defect."""

from django.utils import timezone

from testmgmt.core import events
from testmgmt.core.events import Event
from testmgmt.defects import services


@events.within("defect.commented", "defect.files_changed")
def touch(event: Event) -> None:
    """Let those who read by time of change see comments and files."""
    services.touch(defect_id=int(event.object_id), now=timezone.now())

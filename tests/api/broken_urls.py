"""An address that breaks, to see what callers learn of it."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path

from testmgmt.urls import handler404, handler500

__all__ = ["handler404", "handler500"]


@login_not_required
def broken(request):
    raise RuntimeError("Secret detail")


urlpatterns = [path("api/broken", broken), path("broken", broken)]

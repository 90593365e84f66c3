"""Routes of defects: pages, and what hangs under /api/."""

from django.urls import URLPattern, URLResolver

from testmgmt.api.routes import OptionalSlashRouter
from testmgmt.defects.api import DefectViewSet

router = OptionalSlashRouter()
router.register("defects", DefectViewSet, "defect")

app_name = "defects"
urlpatterns: list[URLPattern | URLResolver] = []
api_urlpatterns: list[URLPattern | URLResolver] = [*router.urls]

"""Routes of cases: pages, and what hangs under /api/."""

from django.urls import URLPattern, URLResolver

from testmgmt.api.routes import OptionalSlashRouter
from testmgmt.cases import api

app_name = "cases"
urlpatterns: list[URLPattern | URLResolver] = []
router = OptionalSlashRouter()
router.register("testcases", api.CaseViewSet, "testcase")
router.register("sections", api.SectionViewSet, "section")
api_urlpatterns: list[URLPattern | URLResolver] = [*router.urls]

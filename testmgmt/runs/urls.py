"""Routes of runs: pages, and what hangs under /api/."""

from django.urls import URLPattern, URLResolver

from testmgmt.api.routes import OptionalSlashRouter
from testmgmt.runs.api import ExecutionViewSet, ResultViewSet, RunViewSet

router = OptionalSlashRouter()
router.register("testruns", RunViewSet, "testrun")
router.register("executions", ExecutionViewSet, "execution")
router.register("results", ResultViewSet, "result")

app_name = "runs"
urlpatterns: list[URLPattern | URLResolver] = []
api_urlpatterns: list[URLPattern | URLResolver] = [*router.urls]

"""Routes of runs: pages, and what hangs under /api/."""

from django.urls import URLPattern, URLResolver, path

from testmgmt.api.routes import OptionalSlashRouter
from testmgmt.runs.api import ExecutionViewSet, ResultViewSet, RunViewSet
from testmgmt.runs.views import execution, runs

router = OptionalSlashRouter()
router.register("testruns", RunViewSet, "testrun")
router.register("executions", ExecutionViewSet, "execution")
router.register("results", ResultViewSet, "result")

app_name = "runs"
urlpatterns: list[URLPattern | URLResolver] = [
    path("projects/<key>/runs/", runs.index, name="list"),
    path("projects/<key>/runs/new/", runs.create, name="create"),
    path("runs/<int:pk>/", execution.detail, name="detail"),
    path("runs/<int:pk>/edit/", runs.edit, name="edit"),
    path("runs/<int:pk>/all/", runs.manage, name="manage"),
    path("runs/<int:pk>/again/", runs.rerun, name="rerun"),
    path("runs/<int:pk>/close/", runs.close, name="close"),
    path("runs/<int:pk>/reopen/", runs.reopen, name="reopen"),
    path("runs/<int:pk>/delete/", runs.delete, name="delete"),
    path("cases/<int:pk>/results/", execution.of_case, name="of_case"),
    path("runs/<int:run_pk>/tests/<int:pk>/", execution.test, name="test"),
    path("runs/<int:run_pk>/tests/<int:pk>/version/", execution.take_version, name="take_version"),
]
api_urlpatterns: list[URLPattern | URLResolver] = [*router.urls]

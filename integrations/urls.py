"""Routes of the sync: pages, fragments, and what hangs under /api/."""

from django.urls import URLPattern, URLResolver, path

from integrations import api
from integrations.views import panel, settings
from testmgmt.api.routes import route

PROJECT = "projects/<key>/settings/integrations/"
ONE = "integrations/<uuid:connection_id>/"

app_name = "integrations"
urlpatterns: list[URLPattern | URLResolver] = [
    path(PROJECT, settings.index, name="list"),
    path(f"{PROJECT}new/<kind>/", settings.create, name="create"),
    path(f"{PROJECT}systems/<uuid:system_id>/", settings.choose, name="choose"),
    path(ONE, settings.detail, name="detail"),
    path(f"{ONE}mapping/", settings.map_fields, name="mapping"),
    path(f"{ONE}switch/", settings.switch, name="switch"),
    path(f"{ONE}credentials/", settings.credentials, name="credentials"),
    path(f"{ONE}test/", settings.test, name="test"),
    path(f"{ONE}remove/", settings.remove, name="remove"),
    path("integrations/tasks/<uuid:task_id>/replay/", settings.replay, name="replay"),
    path("sync/defects/", panel.cells, name="cells"),
    path("sync/defects/<int:pk>/", panel.panel, name="panel"),
    path("sync/defects/<int:pk>/sync/", panel.sync, name="sync"),
    path("sync/defects/<int:pk>/conflicts/<uuid:conflict_id>/", panel.resolve, name="resolve"),
]
DEFECT = r"defects/(?P<pk>\d{1,18})"
api_urlpatterns: list[URLPattern | URLResolver] = [
    route(rf"{DEFECT}/sync", api.DefectSyncView, "defect-sync"),
    route(rf"{DEFECT}/refresh", api.DefectRefreshView, "defect-refresh"),
    route(rf"{DEFECT}/sync-log", api.DefectSyncLogView, "defect-sync-log"),
    route("integrations", api.IntegrationsView, "integration-list"),
    route(
        r"integrations/(?P<connection_id>[0-9a-f-]{36})/test", api.VerifyView, "integration-test"
    ),
    route(
        r"integrations/(?P<connection_id>[0-9a-f-]{36})/(?P<to>on|off)",
        api.SwitchView,
        "integration-switch",
    ),
]

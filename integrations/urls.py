"""Routes of the sync: pages, fragments, and what hangs under /api/."""

from django.urls import URLPattern, URLResolver, path

from integrations import api, webhooks
from integrations.views import panel, settings, systems
from testmgmt.api.routes import route

PROJECT = "projects/<key>/settings/integrations/"
CONNECTION = "integrations/<uuid:connection_id>/"
ITEM = "sync/defects/<int:pk>/"

app_name = "integrations"
urlpatterns: list[URLPattern | URLResolver] = [
    path(PROJECT, settings.index, name="list"),
    path(f"{PROJECT}new/<kind>/", systems.create, name="create"),
    path(f"{PROJECT}systems/<uuid:system_id>/", systems.choose, name="choose"),
    path(f"{PROJECT}systems/<uuid:system_id>/edit/", systems.edit, name="edit"),
    path(CONNECTION, settings.detail, name="detail"),
    path(f"{CONNECTION}mapping/", settings.map_fields, name="mapping"),
    path(f"{CONNECTION}switch/", settings.switch, name="switch"),
    path(f"{CONNECTION}test/", settings.test, name="test"),
    path(f"{CONNECTION}remove/", settings.remove, name="remove"),
    path("integrations/tasks/<uuid:task_id>/replay/", settings.replay, name="replay"),
    path("sync/defects/", panel.cells, name="cells"),
    path(ITEM, panel.panel, name="panel"),
    path(f"{ITEM}log/", panel.log, name="log"),
    path(f"{ITEM}sync/", panel.sync, name="sync"),
    path(f"{ITEM}compare/<uuid:connection_id>/", panel.compare, name="compare"),
    path(f"{ITEM}compare/<uuid:connection_id>/<field>/", panel.versions, name="versions"),
    path(f"{ITEM}conflicts/<uuid:conflict_id>/", panel.resolve, name="resolve"),
    path(f"{ITEM}links/<uuid:link_id>/start-over/", panel.start_over, name="start_over"),
]
UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
DEFECT = r"defects/(?P<pk>\d{1,18})"
api_urlpatterns: list[URLPattern | URLResolver] = [
    route(rf"{DEFECT}/sync", api.DefectSyncView, "defect-sync"),
    route(rf"{DEFECT}/refresh", api.DefectRefreshView, "defect-refresh"),
    route(rf"{DEFECT}/sync-log", api.DefectSyncLogView, "defect-sync-log"),
    route(
        rf"{DEFECT}/conflicts/(?P<conflict_id>{UUID})",
        api.DefectConflictView,
        "defect-conflict",
    ),
    route(rf"hooks/in/(?P<system_id>{UUID})", webhooks.HookView, "hook"),
    route(
        rf"hooks/in/(?P<system_id>{UUID})/(?P<token>[\w-]{{1,200}})",
        webhooks.HookView,
        "hook-with-token",
    ),
    route("integrations", api.IntegrationsView, "integration-list"),
    route(rf"integrations/(?P<connection_id>{UUID})/test", api.VerifyView, "integration-test"),
    route(
        rf"integrations/(?P<connection_id>{UUID})/(?P<to>on|off)",
        api.SwitchView,
        "integration-switch",
    ),
]

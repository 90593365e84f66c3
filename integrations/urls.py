"""Routes of the sync: pages, fragments, and what hangs under /api/."""

from django.urls import URLPattern, URLResolver, path

from integrations import webhooks
from integrations.api import connections, peers, people, queue, rules, things
from integrations.api import previews as api_previews
from integrations.api import systems as api_systems
from integrations.views import linking, panel, previews, settings, systems
from testmgmt.api.routes import route

PROJECT = "projects/<key>/settings/integrations/"
CONNECTION = "integrations/<uuid:connection_id>/"
ITEM = "sync/<kind>/<int:pk>/"

app_name = "integrations"
urlpatterns: list[URLPattern | URLResolver] = [
    path(PROJECT, settings.index, name="list"),
    path(f"{PROJECT}new/<kind>/", systems.create, name="create"),
    path(f"{PROJECT}systems/<uuid:system_id>/", systems.choose, name="choose"),
    path(f"{PROJECT}systems/<uuid:system_id>/edit/", systems.edit, name="edit"),
    path(f"{PROJECT}systems/<uuid:system_id>/hook/", systems.hook, name="hook"),
    path(CONNECTION, settings.detail, name="detail"),
    path(f"{CONNECTION}mapping/", settings.map_fields, name="mapping"),
    path(f"{CONNECTION}switch/", settings.switch, name="switch"),
    path(f"{CONNECTION}test/", settings.test, name="test"),
    path(f"{CONNECTION}remove/", settings.remove, name="remove"),
    path(f"{CONNECTION}preview/", previews.start, name="start_preview"),
    path(f"{CONNECTION}preview/<uuid:job_id>/", previews.show, name="preview"),
    path("integrations/tasks/<uuid:task_id>/replay/", settings.replay, name="replay"),
    path("sync/defects/", panel.cells, name="cells"),
    path(ITEM, panel.panel, name="panel"),
    path(f"{ITEM}log/", panel.log, name="log"),
    path(f"{ITEM}keep/", panel.keep, name="keep"),
    path(f"{ITEM}sync/", panel.sync, name="sync"),
    path(f"{ITEM}compare/<uuid:connection_id>/", panel.compare, name="compare"),
    path(f"{ITEM}compare/<uuid:connection_id>/<field>/", panel.versions, name="versions"),
    path(f"{ITEM}conflicts/<uuid:conflict_id>/", panel.resolve, name="resolve"),
    path(f"{ITEM}links/<uuid:link_id>/start-over/", panel.start_over, name="start_over"),
    path(f"{ITEM}connections/<uuid:connection_id>/find/", linking.find, name="find"),
    path(f"{ITEM}explain/<uuid:connection_id>/", previews.explain, name="explain"),
    path(f"{ITEM}connections/<uuid:connection_id>/link/", panel.link, name="link"),
    path(f"{ITEM}connections/<uuid:connection_id>/unlink/", panel.unlink, name="unlink"),
]
UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
THING = r"(?P<kind>defects|testcases)/(?P<pk>\d{1,18})"
SYSTEM_API = rf"integrations/(?P<system_id>{UUID})"
CONNECTION_API = rf"connections/(?P<connection_id>{UUID})"
PEER_FILE = r"peer/items/(?P<item_id>[^/]{1,255})/attachments/(?P<attachment_id>[^/]{1,255})"
HOOK = rf"hooks/in/(?P<system_id>{UUID})"
api_urlpatterns: list[URLPattern | URLResolver] = [
    route(rf"{THING}/sync", things.SyncView, "thing-sync"),
    route(rf"{THING}/refresh", things.RefreshView, "thing-refresh"),
    route(rf"{THING}/link", things.LinkView, "thing-link"),
    route(rf"{THING}/unlink", things.UnlinkView, "thing-unlink"),
    route(rf"{THING}/sync-log", things.SyncLogView, "thing-sync-log"),
    route(rf"{THING}/explain", api_previews.ThingExplainView, "thing-explain"),
    route(rf"{THING}/conflicts/(?P<conflict_id>{UUID})", things.HeldView, "thing-conflict"),
    route("integrations", api_systems.SystemsView, "system-list"),
    route(SYSTEM_API, api_systems.SystemView, "system"),
    route(rf"{SYSTEM_API}/test", api_systems.SystemTestView, "system-test"),
    route(rf"{SYSTEM_API}/projects", api_systems.SystemScopesView, "system-projects"),
    route(rf"{SYSTEM_API}/fields", api_systems.SystemFieldsView, "system-fields"),
    route(rf"{SYSTEM_API}/health", api_systems.SystemHealthView, "system-health"),
    route(rf"{SYSTEM_API}/hook-secret", api_systems.HookSecretView, "system-hook-secret"),
    route(rf"{SYSTEM_API}/people", people.PeopleView, "system-people"),
    route(rf"{SYSTEM_API}/people/(?P<identity_id>{UUID})", people.PersonView, "system-person"),
    route("connections", connections.ConnectionsView, "connection-list"),
    route(CONNECTION_API, connections.ConnectionView, "connection"),
    route(rf"{CONNECTION_API}/on", connections.SwitchView, "connection-on", to="on"),
    route(rf"{CONNECTION_API}/off", connections.SwitchView, "connection-off", to="off"),
    route(rf"{CONNECTION_API}/rules", rules.RulesView, "connection-rules"),
    route(rf"{CONNECTION_API}/rules/validate", rules.ValidateView, "connection-validate"),
    route(rf"{CONNECTION_API}/rules/preview", api_previews.PreviewsView, "connection-preview"),
    route(
        rf"{CONNECTION_API}/rules/preview/(?P<job_id>{UUID})",
        api_previews.PreviewView,
        "connection-preview-result",
    ),
    route(rf"{CONNECTION_API}/explain", api_previews.ExplainView, "connection-explain"),
    route(rf"{CONNECTION_API}/rules/publish", rules.PublishView, "connection-publish"),
    route(rf"{CONNECTION_API}/rules/versions", rules.VersionsView, "connection-versions"),
    route(
        rf"{CONNECTION_API}/rules/versions/(?P<number>\d{{1,9}})",
        rules.VersionView,
        "connection-version",
    ),
    route(
        rf"{CONNECTION_API}/rules/versions/(?P<number>\d{{1,9}})/publish",
        rules.PublishView,
        "connection-publish-again",
    ),
    route(rf"{CONNECTION_API}/invitation", peers.InvitationView, "connection-invitation"),
    route("peer/accept", peers.PeerAcceptView, "peer-accept"),
    route("peer/changes", peers.PeerChangesView, "peer-changes"),
    route("peer/items", peers.PeerItemsView, "peer-items"),
    route(PEER_FILE, peers.PeerFileView, "peer-file"),
    route("invitations", peers.InvitationsView, "invitation-list"),
    route("invitations/accept", peers.AcceptView, "invitation-accept"),
    route("conflicts", queue.ConflictsView, "conflict-list"),
    route(rf"conflicts/(?P<conflict_id>{UUID})", queue.ConflictView, "conflict"),
    route(rf"conflicts/(?P<conflict_id>{UUID})/resolve", queue.ResolveView, "conflict-resolve"),
    route("sync/queue", queue.QueueView, "queue"),
    route("sync/queue/replay-dead", queue.ReplayAllView, "queue-replay-all"),
    route(rf"sync/queue/(?P<task_id>{UUID})", queue.TaskView, "queue-task"),
    route(rf"sync/queue/(?P<task_id>{UUID})/replay", queue.ReplayView, "queue-replay"),
    route("sync/metrics", queue.MetricsView, "sync-metrics"),
    route(HOOK, webhooks.HookView, "hook"),
    route(rf"{HOOK}/token/(?P<token>[\w-]{{1,200}})", webhooks.HookView, "hook-with-token"),
]

"""Routes of projects: pages, and what hangs under /api/."""

from django.urls import URLPattern, URLResolver, path

from testmgmt.api.routes import OptionalSlashRouter
from testmgmt.projects import api, views

app_name = "projects"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("projects/", views.index, name="list"),
    path("projects/new/", views.create, name="create"),
    path("projects/<key>/", views.detail, name="detail"),
    path("projects/<key>/settings/", views.settings, name="settings"),
    path("projects/<key>/settings/archive/", views.archive, name="archive"),
    path("projects/<key>/settings/members/", views.members, name="members"),
    path(
        "projects/<key>/settings/members/<username>/remove/",
        views.remove_member,
        name="remove_member",
    ),
]
router = OptionalSlashRouter()
router.register("projects", api.ProjectViewSet, "project")
router.register(rf"projects/(?P<project>{api.NAMED})/members", api.MemberViewSet, "member")
api_urlpatterns: list[URLPattern | URLResolver] = [*router.urls]

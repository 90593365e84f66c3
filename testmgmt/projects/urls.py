"""Routes of projects: pages, and what hangs under /api/."""

from django.urls import URLPattern, URLResolver, path

from testmgmt.api.routes import OptionalSlashRouter
from testmgmt.projects.api import files as files_api
from testmgmt.projects.api import jobs as jobs_api
from testmgmt.projects.api import members as members_api
from testmgmt.projects.api import projects as projects_api
from testmgmt.projects.views import files, jobs, members, projects

SETTINGS = "projects/<key>/settings/"

app_name = "projects"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", projects.home, name="home"),
    path("search/", projects.search, name="search"),
    path("jobs/", jobs.index, name="jobs"),
    path("jobs/<uuid:pk>/", jobs.detail, name="job"),
    path("jobs/<uuid:pk>/cancel/", jobs.cancel, name="cancel_job"),
    path("files/<int:pk>/", files.download, name="file"),
    path("projects/", projects.index, name="list"),
    path("projects/new/", projects.create, name="create"),
    path("projects/<key>/", projects.detail, name="detail"),
    path(SETTINGS, projects.settings, name="settings"),
    path(f"{SETTINGS}archive/", projects.archive, name="archive"),
    path(f"{SETTINGS}members/", members.index, name="members"),
    path(f"{SETTINGS}members/<username>/remove/", members.remove, name="remove_member"),
]
router = OptionalSlashRouter()
router.register("projects", projects_api.ProjectViewSet, "project")
router.register(
    rf"projects/(?P<project>{projects_api.NAMED})/members", members_api.MemberViewSet, "member"
)
router.register("jobs", jobs_api.JobViewSet, "job")
router.register("attachments", files_api.AttachmentViewSet, "attachment")
api_urlpatterns: list[URLPattern | URLResolver] = [*router.urls]

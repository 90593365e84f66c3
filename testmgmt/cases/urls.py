"""Routes of cases: pages, and what hangs under /api/."""

from django.urls import URLPattern, URLResolver, path

from testmgmt.api.routes import OptionalSlashRouter
from testmgmt.cases import api
from testmgmt.cases.views import cases, editor, repository, sections

app_name = "cases"
urlpatterns: list[URLPattern | URLResolver] = [
    path("projects/<str:key>/cases/", repository.repository, name="list"),
    path("projects/<str:key>/cases/add/", repository.add, name="add"),
    path("projects/<str:key>/cases/bulk/", repository.bulk, name="bulk"),
    path("projects/<str:key>/cases/new/", editor.create, name="create"),
    path("projects/<str:key>/sections/new/", sections.create, name="section_create"),
    path("sections/<int:pk>/edit/", sections.edit, name="section_edit"),
    path("sections/<int:pk>/delete/", sections.delete, name="section_delete"),
    path("cases/steps/", editor.paste, name="paste"),
    path("cases/<int:pk>/", cases.detail, name="detail"),
    path("cases/<int:pk>/edit/", editor.edit, name="edit"),
    path("cases/<int:pk>/comments/", cases.comment, name="comment"),
    path("cases/<int:pk>/delete/", cases.delete, name="delete"),
    path("cases/<int:pk>/restore/", cases.restore, name="restore"),
    path("cases/<int:pk>/history/", cases.history, name="history"),
    path(
        "cases/<int:pk>/versions/<int:number>/restore/",
        cases.restore_version,
        name="restore_version",
    ),
]
router = OptionalSlashRouter()
router.register("testcases", api.CaseViewSet, "testcase")
router.register("sections", api.SectionViewSet, "section")
api_urlpatterns: list[URLPattern | URLResolver] = [*router.urls]

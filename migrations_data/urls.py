"""Routes of moving in: pages, and what hangs under /api/."""

from django.urls import URLPattern, URLResolver, path
from rest_framework.routers import SimpleRouter

from migrations_data import views
from migrations_data.api import MigrationViewSet

router = SimpleRouter()
router.trailing_slash = "/?"
router.register("migrations", MigrationViewSet, "migration")

app_name = "migrations_data"
urlpatterns: list[URLPattern | URLResolver] = [
    path("migrations/", views.index, name="list"),
    path("migrations/new/", views.create, name="create"),
    path("migrations/<uuid:import_id>/", views.detail, name="detail"),
    path("migrations/<uuid:import_id>/mapping/", views.mapping, name="mapping"),
    path("migrations/<uuid:import_id>/mapping.json", views.mapping_file, name="mapping_file"),
    path("migrations/<uuid:import_id>/start/", views.start, name="start"),
    path("migrations/<uuid:import_id>/cancel/", views.cancel, name="cancel"),
    path("migrations/<uuid:import_id>/log/", views.log, name="log"),
    path("migrations/<uuid:import_id>/log.csv", views.log_file, name="log_file"),
]
api_urlpatterns: list[URLPattern | URLResolver] = [*router.urls]

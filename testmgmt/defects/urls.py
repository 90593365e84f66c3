"""Routes of defects: pages, and what hangs under /api/."""

from django.urls import URLPattern, URLResolver, path

from testmgmt.api.routes import OptionalSlashRouter
from testmgmt.defects import views
from testmgmt.defects.api import DefectViewSet

router = OptionalSlashRouter()
router.register("defects", DefectViewSet, "defect")

app_name = "defects"
urlpatterns: list[URLPattern | URLResolver] = [
    path("projects/<key>/defects/", views.index, name="list"),
    path("projects/<key>/defects/new/", views.create, name="create"),
    path("defects/<int:pk>/", views.detail, name="detail"),
    path("defects/<int:pk>/edit/", views.edit, name="edit"),
    path("defects/<int:pk>/delete/", views.delete, name="delete"),
    path("defects/<int:pk>/comments/", views.comment, name="comment"),
    path("defects/<int:pk>/retest/", views.retest, name="retest"),
    path("defects/<int:pk>/results/", views.link, name="link"),
    path("defects/<int:pk>/results/<int:result_id>/unlink/", views.unlink, name="unlink"),
    path("cases/<int:pk>/defects/", views.of_case, name="of_case"),
    path("executions/<int:pk>/defects/", views.of_execution, name="of_execution"),
]
api_urlpatterns: list[URLPattern | URLResolver] = [*router.urls]

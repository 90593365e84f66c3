"""Routes of pages that belong to no feature."""

from django.urls import URLPattern, URLResolver, path

from testmgmt.web import views

app_name = "web"
urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", views.alive, name="alive"),
    path("readyz", views.ready, name="ready"),
]
api_urlpatterns: list[URLPattern | URLResolver] = []

"""Every URL of the house, by include. Each package lists its pages and its part of the API."""

from importlib import import_module

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

# by name: this product may not import the packages that stand on it
PACKAGES = [
    "testmgmt.web",
    "testmgmt.accounts",
    "testmgmt.projects",
    "testmgmt.cases",
    "testmgmt.runs",
    "testmgmt.defects",
    "integrations",
    "migrations_data",
]


def _api() -> list[URLPattern | URLResolver]:
    return [
        route for package in PACKAGES for route in import_module(f"{package}.urls").api_urlpatterns
    ]


urlpatterns = [
    path("accounts/", include("allauth.account.urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerView.as_view(), name="docs"),
    path("api/", include((_api(), "api"))),
    path("api/v1/", include((_api(), "api"), namespace="api-v1")),
    *(path("", include(f"{package}.urls")) for package in PACKAGES),
]

handler404 = "testmgmt.api.views.not_found"
handler500 = "testmgmt.api.views.server_error"

"""Routes of migrations_data: pages, and what hangs under /api/."""

from django.urls import URLPattern, URLResolver

app_name = "migrations_data"
urlpatterns: list[URLPattern | URLResolver] = []
api_urlpatterns: list[URLPattern | URLResolver] = []

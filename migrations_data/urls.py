"""Pages and routes of moving in."""

from django.urls import URLPattern

app_name = "migrations"

urlpatterns: list[URLPattern] = []
api_urlpatterns: list[URLPattern] = []

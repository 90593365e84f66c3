"""Django's name for this folder."""

from django.apps import AppConfig


class MigrationsDataConfig(AppConfig):
    name = "migrations_data"
    label = "migrations_data"

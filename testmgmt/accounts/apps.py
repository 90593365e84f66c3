"""Django's name for this folder."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "testmgmt.accounts"
    label = "accounts"

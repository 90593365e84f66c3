"""Routes of accounts: pages, and what hangs under /api/."""

from django.urls import URLPattern, URLResolver, path

from testmgmt.accounts import views

app_name = "accounts"
urlpatterns: list[URLPattern | URLResolver] = [
    path("profile/", views.profile, name="profile"),
    path("profile/theme/", views.theme, name="theme"),
    path("profile/tokens/", views.tokens, name="tokens"),
    path("profile/tokens/revoke-all/", views.revoke_all_tokens, name="revoke_all_tokens"),
    path("profile/tokens/<int:pk>/revoke/", views.revoke_token, name="revoke_token"),
]
api_urlpatterns: list[URLPattern | URLResolver] = []

"""Routes of accounts: pages, and what hangs under /api/."""

from django.urls import URLPattern, URLResolver, path

from testmgmt.accounts import api, views
from testmgmt.api.routes import OptionalSlashRouter, route

app_name = "accounts"
urlpatterns: list[URLPattern | URLResolver] = [
    path("profile/", views.profile, name="profile"),
    path("profile/theme/", views.theme, name="theme"),
    path("profile/tokens/", views.tokens, name="tokens"),
    path("profile/tokens/revoke-all/", views.revoke_all_tokens, name="revoke_all_tokens"),
    path("profile/tokens/<int:pk>/revoke/", views.revoke_token, name="revoke_token"),
]
router = OptionalSlashRouter()
router.register("auth/tokens", api.TokenViewSet, "token")
api_urlpatterns: list[URLPattern | URLResolver] = [
    route("auth/token", api.SignInView, "sign-in"),
    route("auth/me", api.MeView, "me"),
    route("auth/tokens/revoke-all", api.RevokeAllView, "revoke-all"),
    *router.urls,
]

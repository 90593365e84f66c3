"""Who calls: by bearer token, or by password for a first token."""

from datetime import timedelta

from allauth.account.adapter import get_adapter
from django.core.exceptions import ValidationError as TooManyAttempts
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.request import Request

from testmgmt.accounts.domain import digest_of
from testmgmt.accounts.models import ApiKey, User
from testmgmt.core import audit

RETRY_SECONDS = 300  # allauth's window of failed attempts for one name
TOUCH_EVERY = timedelta(minutes=5)


def _refused(message: str, code: str) -> AuthenticationFailed:
    return AuthenticationFailed(message, code=code)


def _checked(key: ApiKey | None) -> ApiKey:
    now = timezone.now()
    if key is None or not key.user.is_active:
        raise _refused("This token is unknown.", "token_invalid")
    if key.revoked_at:
        raise _refused("This token was revoked.", "token_revoked")
    if key.expires_at and key.expires_at <= now:
        raise _refused("This token has expired.", "token_expired")
    if not key.last_used_at or now - key.last_used_at > TOUCH_EVERY:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
    return key


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer tmp_…`; sets `request.auth` to the key."""

    def authenticate(self, request: Request) -> tuple[User, ApiKey] | None:
        """Return the token's owner and the token; None leaves it to the session."""
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        try:
            (token,) = (word.decode("ascii") for word in words[1:])
        except ValueError as error:
            raise _refused("The Authorization header is malformed.", "token_malformed") from error
        key = _checked(
            ApiKey.objects.select_related("user", "project").filter(digest=digest_of(token)).first()
        )
        audit.origin.set(audit.Origin(key.prefix, request.META.get("REMOTE_ADDR")))
        key.user.only_project_id = key.project_id if key.is_project_only else None
        return key.user, key

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002  the framework's signature
        """Make an unknown caller's answer 401, not 403."""
        return 'Bearer realm="api"'


def by_password(request: Request, username: str, password: str) -> User:
    """Return who this is; guesses are counted together with those on the sign-in page."""
    names = {"username": username, "password": password}
    try:
        user: User | None = get_adapter().authenticate(request._request, **names)  # noqa: SLF001  allauth counts by Django's own request
    except TooManyAttempts as error:
        raise Throttled(RETRY_SECONDS, "Too many failed attempts.") from error
    if user is None or not user.is_active:
        raise _refused("Username or password is wrong.", "credentials_invalid")
    return user


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # the base registers itself untyped
    """How the schema names the bearer scheme."""

    target_class = "testmgmt.accounts.authentication.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:  # noqa: ARG002  the library's signature
        """Describe it in OpenAPI's words."""
        return {"type": "http", "scheme": "bearer", "bearerFormat": "API key"}

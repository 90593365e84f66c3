"""A request of somebody who is signed in; pages see no other."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails
from rest_framework.request import Request

from testmgmt.accounts.models import ApiKey, User


class AuthedRequest(HttpRequest):
    """`LoginRequiredMiddleware` has made sure of the user, django-htmx of `htmx`."""

    user: User
    htmx: HtmxDetails


class ApiRequest(Request):
    """A request to the API, by somebody who is signed in; `auth` is the token, if there is one."""

    user: User
    auth: ApiKey | None

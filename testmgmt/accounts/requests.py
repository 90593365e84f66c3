"""A request of somebody who is signed in; pages see no other."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from testmgmt.accounts.models import User


class AuthedRequest(HttpRequest):
    """`LoginRequiredMiddleware` has made sure of the user, django-htmx of `htmx`."""

    user: User
    htmx: HtmxDetails

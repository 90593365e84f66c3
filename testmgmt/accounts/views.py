"""Pages of one's own account."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.forms import model_to_dict
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from testmgmt.accounts import queries, services
from testmgmt.accounts.forms import ProfileForm, TokenForm
from testmgmt.accounts.requests import AuthedRequest
from testmgmt.web.forms import attempt
from testmgmt.web.htmx import is_fragment


def profile(request: AuthedRequest) -> HttpResponse:
    """Show and change how pages look and speak to me."""
    form = ProfileForm(request.POST or None, initial=model_to_dict(request.user))
    if request.method == "POST" and form.is_valid():
        services.update_profile(user=request.user, changes=form.changes)
        messages.success(request, "Saved.")
        return redirect("accounts:profile")
    status = 422 if form.errors else 200
    return render(request, "accounts/profile.html", {"form": form}, status=status)


@require_POST
def theme(request: AuthedRequest) -> HttpResponse:
    """Switch between light and dark, and stay on the page."""
    services.set_theme(user=request.user, theme=request.POST.get("theme", ""))
    if is_fragment(request):
        return HttpResponse(status=204)
    back = request.META.get("HTTP_REFERER", "")
    is_ours = url_has_allowed_host_and_scheme(
        back, {request.get_host()}, require_https=request.is_secure()
    )
    return redirect(back if is_ours else "projects:list")


def _tokens_page(
    request: AuthedRequest, form: TokenForm, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"tokens": list(queries.tokens_of(request.user)), "form": form, **more}
    return render(request, "accounts/tokens.html", context, status=status)


@never_cache
def tokens(request: AuthedRequest) -> HttpResponse:
    """List my tokens and make a new one, whose text this answer alone shows."""
    projects = queries.own_projects(request.user)
    form = TokenForm(request.POST or None, projects=projects)
    if request.method != "POST":
        return _tokens_page(request, form)
    if not form.is_valid():
        return _tokens_page(request, form, status=422)
    made = attempt(form, partial(_create_token, request, form))
    if made is None:
        return _tokens_page(request, form, status=422)
    key, token = made
    return _tokens_page(request, TokenForm(projects=projects), created=key, plain=token)


def _create_token(request: AuthedRequest, form: TokenForm) -> Any:
    data = dict(form.cleaned_data)
    data["project"] = queries.own_project(request.user, data["project"])
    return services.create_token(user=request.user, **data)


@require_POST
def revoke_token(request: AuthedRequest, pk: int) -> HttpResponse:
    """Revoke one of my tokens."""
    key = services.revoke_token(user=request.user, token_id=pk)
    messages.success(request, f"{key.name} is revoked.")
    return redirect("accounts:tokens")


@require_POST
def revoke_all_tokens(request: AuthedRequest) -> HttpResponse:
    """Revoke all of my tokens."""
    count = services.revoke_all_tokens(user=request.user)
    messages.success(request, f"{count} tokens are revoked.")
    return redirect("accounts:tokens")

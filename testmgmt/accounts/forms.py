"""What a person may type about their account."""

from datetime import timedelta
from typing import Any
from zoneinfo import available_timezones

from allauth.account.forms import LoginForm
from django import forms
from django.utils import timezone

from testmgmt.accounts.models import User
from testmgmt.core.permissions import Scope

DAYS = {30: "30 days", 90: "90 days", 365: "A year", 0: "Never"}
SCOPES = [
    (Scope.READ.value, "Read"),
    (Scope.WRITE_RESULTS.value, "Record results"),
    (Scope.WRITE.value, "Change cases, runs and defects"),
    (Scope.ADMIN.value, "Administer projects and tokens"),
]


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth carries no types
    """allauth's form in our words: labels, no placeholders that repeat them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "Username or e-mail"
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        self.fields["password"].help_text = ""
        self.fields["remember"].label = "Stay signed in on this device"
        for name in ("login", "password"):
            self.fields[name].widget.attrs.pop("placeholder", None)


class ProfileForm(forms.Form):
    first_name = forms.CharField(max_length=150, required=False)
    last_name = forms.CharField(max_length=150, required=False)
    email = forms.EmailField(label="E-mail", required=False)
    theme = forms.ChoiceField(choices=User.Theme.choices)
    density = forms.ChoiceField(label="Row height", choices=User.Density.choices)
    timezone = forms.ChoiceField(
        label="Time zone", choices=[(name, name) for name in sorted(available_timezones())]
    )
    has_shortcuts = forms.BooleanField(
        label="Single-key shortcuts",
        required=False,
        help_text="Off for those whose software types single letters.",
    )

    @property
    def changes(self) -> dict[str, Any]:
        """What was typed differently from before."""
        return {name: self.cleaned_data[name] for name in self.changed_data}


class TokenForm(forms.Form):
    name = forms.CharField(max_length=100, help_text="Where it is used: nightly CI, import…")
    scopes = forms.MultipleChoiceField(
        label="May", choices=SCOPES, widget=forms.CheckboxSelectMultiple, initial=["read"]
    )
    project = forms.TypedChoiceField(
        label="Default project",
        required=False,
        coerce=int,
        empty_value=None,
        help_text="Where a request acts that names no project.",
    )
    is_project_only = forms.BooleanField(label="Keep it out of every other project", required=False)
    days = forms.TypedChoiceField(
        label="Expires in", choices=list(DAYS.items()), coerce=int, initial=90
    )

    def __init__(self, *args: Any, projects: list[tuple[int, str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(pk, f"{name} ({key})") for pk, key, name in projects]
        self.fields["project"].choices = [("", "None"), *named]  # type: ignore[attr-defined]  # the stubs know plain fields only

    def clean(self) -> dict[str, Any]:
        """Turn days into a moment."""
        data = super().clean() or {}
        days = data.pop("days", None)
        data["expires_at"] = timezone.now() + timedelta(days=days) if days else None
        return data

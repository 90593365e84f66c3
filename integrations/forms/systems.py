"""Forms built from what a connector says that it needs."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from integrations.base.config import ConfigField
from integrations.base.items import Scope

_KEPT = "•••••••• set; leave empty to keep it"


def _input(field: ConfigField, *, is_kept: bool) -> forms.Field:
    attributes = {"placeholder": _KEPT if is_kept else field.placeholder}
    if field.is_secret:
        attributes["autocomplete"] = "new-password"
    widget = forms.PasswordInput if field.is_secret else forms.TextInput
    return forms.CharField(
        label=field.label,
        help_text=field.help,
        required=field.is_required and not is_kept,
        widget=widget(attrs=attributes),
    )


class AccessForm(forms.Form):
    """Where a tracker is and how we sign in; a stored secret is never sent back to a page."""

    base_url = forms.URLField(
        label="Instance URL",
        max_length=500,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"placeholder": "https://tracker.example.com"}),
        help_text="The address at which you open it in the browser.",
    )
    is_private_allowed = forms.BooleanField(
        label="It runs in our own network",
        required=False,
        help_text="Allows private addresses for this tracker, and for no other.",
    )

    def __init__(
        self,
        inputs: Sequence[ConfigField],
        *args: Any,
        may_allow_private: bool,
        is_kept: bool = True,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self.inputs = inputs
        for field in inputs:
            self.fields[field.name] = _input(field, is_kept=is_kept and field.is_secret)
        if not may_allow_private:
            del self.fields["is_private_allowed"]
        names = [field.name for field in inputs]
        self.order_fields(["base_url", *names, "name", "is_private_allowed"])

    @property
    def credentials(self) -> Mapping[str, str]:
        """What was typed, by the connector's names."""
        return {field.name: self.cleaned_data[field.name] for field in self.inputs}

    @property
    def is_private(self) -> bool:
        """Whether private addresses are to be allowed."""
        return bool(self.cleaned_data.get("is_private_allowed"))


class SystemForm(AccessForm):
    """A tracker to connect: its address, our account there, a name for it."""

    name = forms.CharField(label="Name", max_length=100, help_text="How people here call it.")

    def __init__(
        self, inputs: Sequence[ConfigField], *args: Any, may_allow_private: bool, **more: Any
    ) -> None:
        super().__init__(inputs, *args, may_allow_private=may_allow_private, is_kept=False, **more)


class ScopeForm(forms.Form):
    """Which of the tracker's projects."""

    def __init__(self, scopes: Sequence[Scope], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.by_id = {scope.id: scope for scope in scopes}
        self.fields["scope"] = forms.ChoiceField(
            label="Project there",
            choices=[(scope.id, f"{scope.name} ({scope.key})") for scope in scopes],
        )

    @property
    def chosen(self) -> Scope:
        """The scope of the valid form."""
        return self.by_id[self.cleaned_data["scope"]]

"""Forms built from what a connector says that it needs."""

from collections.abc import Sequence
from typing import Any

from django import forms

from integrations.base.config import ConfigField
from integrations.base.connector import Connector
from integrations.base.items import Scope


def _input(field: ConfigField, *, is_kept: bool) -> forms.Field:
    attributes = {"placeholder": "•••••••• set; leave empty to keep it" if is_kept else ""}
    attributes["placeholder"] = attributes["placeholder"] or field.placeholder
    if field.is_secret:
        attributes["autocomplete"] = "new-password"
    widget = forms.PasswordInput if field.is_secret else forms.TextInput
    return forms.CharField(
        label=field.label,
        help_text=field.help,
        required=field.is_required and not is_kept,
        widget=widget(attrs={"class": "input", **attributes}),
    )


class CredentialsForm(forms.Form):
    """The inputs of one kind of tracker; a secret is never sent back to a page."""

    def __init__(self, connector: type[Connector], *args: Any, is_kept: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        self.names = [field.name for field in connector.config_fields]
        for field in connector.config_fields:
            self.fields[field.name] = _input(field, is_kept=is_kept and field.is_secret)

    @property
    def credentials(self) -> dict[str, str]:
        """What was typed, by the connector's names."""
        return {name: self.cleaned_data.get(name, "") for name in self.names}


class SystemForm(CredentialsForm):
    """A tracker to connect: its address, a name for it, our account there."""

    base_url = forms.URLField(
        label="Instance URL",
        assume_scheme="https",
        widget=forms.URLInput(
            attrs={"class": "input", "placeholder": "https://your-site.atlassian.net"}
        ),
        help_text="The address at which you open it in the browser.",
    )
    name = forms.CharField(
        label="Name",
        max_length=100,
        widget=forms.TextInput(attrs={"class": "input"}),
        help_text="How people here call it.",
    )

    field_order = ["base_url", "username", "token", "name"]

    def __init__(
        self, connector: type[Connector], *args: Any, may_allow_private: bool, **more: Any
    ) -> None:
        super().__init__(connector, *args, is_kept=False, **more)
        self.fields["name"].initial = connector.label
        if may_allow_private:
            self.fields["is_private_allowed"] = forms.BooleanField(
                label="It runs in our own network",
                required=False,
                help_text="Allows private addresses for this tracker, and for no other.",
            )
        self.order_fields(self.field_order)


class ScopeForm(forms.Form):
    """Which of the tracker's projects."""

    def __init__(self, scopes: Sequence[Scope], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.by_id = {scope.id: scope for scope in scopes}
        self.fields["scope"] = forms.ChoiceField(
            label="Project there",
            choices=[(scope.id, f"{scope.name} ({scope.key})") for scope in scopes],
            widget=forms.Select(attrs={"class": "input"}),
        )

    @property
    def chosen(self) -> Scope:
        """The scope of the valid form."""
        return self.by_id[self.cleaned_data["scope"]]

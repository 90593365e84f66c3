"""What a person may type about a project and its members."""

from django import forms

from testmgmt.core.permissions import Role


class ProjectForm(forms.Form):
    name = forms.CharField(max_length=150)
    description = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}))
    revision = forms.IntegerField(widget=forms.HiddenInput)


class NewProjectForm(forms.Form):
    name = forms.CharField(max_length=150)
    key = forms.CharField(
        max_length=10, help_text="2 to 10 capitals or digits. It stands in addresses and stays."
    )
    description = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}))


class MemberForm(forms.Form):
    username = forms.CharField(max_length=150)
    role = forms.ChoiceField(
        choices=[(role.value, role.title()) for role in Role], initial=Role.TESTER.value
    )

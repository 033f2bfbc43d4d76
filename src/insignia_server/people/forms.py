"""Forms of accounts."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from insignia_server.kit.blind import normal_email
from insignia_server.people.models import User


class NameAtSignup(forms.Form):
    """What is asked besides the address and the password."""

    name = forms.CharField(
        label=_("Your name"), max_length=200, help_text=_("As it should stand on what you earn or sign.")
    )
    field_order = ("name", "email", "password1", "password2")

    def signup(self, request: HttpRequest, user: User) -> None:
        """Called by allauth when the account is made."""
        user.name = self.cleaned_data["name"].strip()
        user.save(update_fields=["name"])


class ProfileForm(forms.Form):
    """What a person says about themselves."""

    name = forms.CharField(
        label=_("Your name"), max_length=200, help_text=_("As it should stand on what you earn or sign.")
    )
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=lambda: [("", _("As the browser says")), *settings.LANGUAGES],
        help_text=_("Of mails to you."),
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), required=False, choices=lambda: [("", _("As the instance")), *time_zones()]
    )


KEEP, REVOKE = "keep", "revoke"
BADGES_LEFT = [
    (KEEP, _("They stay valid: whoever has their file can verify it")),
    (REVOKE, _("They are revoked: every verifier says so, wherever the file lies")),
]


class EraseForm(forms.Form):
    """What becomes of the badges, and the address typed once more: nobody erases an account by a slip."""

    badges = forms.ChoiceField(
        label=_("What becomes of badges that you have saved or shown"),
        choices=BADGES_LEFT,
        initial=KEEP,
        required=False,
        widget=forms.RadioSelect,
    )
    email = forms.CharField(
        label=_("Your email address, to be sure"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user

    @property
    def revokes(self) -> bool:
        """Whether the badges are to be revoked."""
        return bool(self.cleaned_data["badges"] == REVOKE)

    def clean_email(self) -> str:
        """The account's own address."""
        typed: str = self.cleaned_data["email"]
        if normal_email(typed) != normal_email(self.user.email):
            raise forms.ValidationError(
                _("Type %(email)s, the address of this account."), params={"email": self.user.email}
            )
        return typed


def time_zones() -> list[tuple[str, str]]:
    """The time zones of the world by name, `Europe/Berlin`, as choices."""
    names = sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names)]

"""Choosing the domain of an issuer's DID."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from insignia_server.issuers import services
from insignia_server.issuers.models import Issuer
from insignia_server.organisations.actors import Actor
from insignia_server.organisations.models import Domain


class DomainForm(forms.Form):
    """The instance's domain, or one that the organisation has proved."""

    domain = forms.ChoiceField(label=_("Domain of the DID"), required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, domains: QuerySet[Domain], **options: Any) -> None:
        super().__init__(*args, **options)
        self.domains = {row.name: row for row in domains}
        choices = [("", _("The domain of this instance")), *((name, name) for name in self.domains)]
        self.fields["domain"].choices = choices  # type: ignore[attr-defined]

    def move(self, *, by: Actor, issuer: Issuer, now: dt.datetime) -> Issuer:
        """Do what was chosen.

        Raises:
            Refused: it was signed already, or another issuer profile has this domain.
        """
        chosen = self.domains.get(self.cleaned_data["domain"])
        if chosen is None:
            return services.use_instance_domain(by=by, issuer=issuer, now=now)
        return services.use_own_domain(by=by, issuer=issuer, domain=chosen, now=now)

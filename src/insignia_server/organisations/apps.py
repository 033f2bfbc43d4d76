import uuid

from django.apps import AppConfig
from django.conf import settings


class OrganisationsConfig(AppConfig):
    name = "insignia_server.organisations"
    label = "organisations"

    def ready(self) -> None:
        """Mails look as their organisation does."""
        from insignia_server.kit import scopes
        from insignia_server.mail import branding
        from insignia_server.organisations.look import of
        from insignia_server.organisations.models import Organisation

        def look(key: uuid.UUID) -> branding.Branding | None:
            with scopes.crossing("mail"):
                row = Organisation.objects.filter(pk=key).first()
            if row is None:
                return None
            logo = of(row).logo_address
            return branding.Branding(
                name=row.name,
                accent=row.accent,
                logo=f"{settings.PUBLIC_URL}{logo}" if logo else "",
                reply_to=row.reply_to,
            )

        branding.provide(look)

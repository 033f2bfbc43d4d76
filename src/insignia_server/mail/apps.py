from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "insignia_server.mail"
    label = "mail"

    def ready(self) -> None:
        """The one receiver of a signal in this house: anymail has no other hook for what providers report."""
        from anymail.signals import tracking

        from insignia_server.mail.provider_events import hear

        tracking.connect(hear, dispatch_uid="insignia_server.mail")

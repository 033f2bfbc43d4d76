from django.apps import AppConfig


class CredentialsConfig(AppConfig):
    name = "insignia_server.credentials"
    label = "credentials"

    def ready(self) -> None:
        from insignia_server.credentials import reading
        from insignia_server.issuers.resolver import register_local

        for prefix in ("/status/", "/credentials/", "/refresh/"):
            register_local(prefix, reading.local)

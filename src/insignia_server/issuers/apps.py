from django.apps import AppConfig


class IssuersConfig(AppConfig):
    name = "insignia_server.issuers"
    label = "issuers"

from django.apps import AppConfig


class PublicConfig(AppConfig):
    name = "insignia_server.public"
    label = "public"

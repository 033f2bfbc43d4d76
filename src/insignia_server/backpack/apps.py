from django.apps import AppConfig


class BackpackConfig(AppConfig):
    name = "insignia_server.backpack"
    label = "backpack"

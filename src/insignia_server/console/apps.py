from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "insignia_server.console"
    label = "console"

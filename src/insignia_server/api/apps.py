from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "insignia_server.api"
    label = "api"

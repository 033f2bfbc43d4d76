from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "insignia_server.webhooks"
    label = "webhooks"

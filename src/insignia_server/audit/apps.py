from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "insignia_server.audit"
    label = "audit"

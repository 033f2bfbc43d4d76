from django.apps import AppConfig


class DesignsConfig(AppConfig):
    """How badges look: drawings, and what an organisation keeps of them."""

    name = "insignia_server.designs"
    default_auto_field = "django.db.models.BigAutoField"

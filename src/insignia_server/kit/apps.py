from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps
from django.db.backends.signals import connection_created


class KitConfig(AppConfig):
    name = "insignia_server.kit"
    label = "kit"

    def ready(self) -> None:
        """Every app's jobs are known to every process, so that a worker finds them by name.

        Every connection to PostgreSQL follows the scope in force (kit/row_security.py).
        """
        from insignia_server.kit import row_security

        import_module(f"{self.name}.among")  # a lookup is known once it is imported
        connection_created.connect(row_security.follow, dispatch_uid="insignia row security")
        for app in apps.get_app_configs():
            if (
                app.name.startswith("insignia_server.")
                and find_spec(f"{app.name}.jobs")
                and app.name != self.name
            ):
                import_module(f"{app.name}.jobs")

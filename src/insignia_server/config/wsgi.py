"""The WSGI application: granian --interface wsgi insignia_server.config.wsgi:application."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "insignia_server.config.settings")
django_application = get_wsgi_application()

from insignia_server.api.fast_verify import FastVerify  # noqa: E402 - needs the settings
from insignia_server.config.warming import warm  # noqa: E402

application = FastVerify(django_application)
warm()

from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "insignia_server.certificates"
    label = "certificates"

from django.apps import AppConfig


class VerifierConfig(AppConfig):
    name = "insignia_server.verifier"
    label = "verifier"

from django.apps import AppConfig


class AchievementsConfig(AppConfig):
    name = "insignia_server.achievements"
    label = "achievements"

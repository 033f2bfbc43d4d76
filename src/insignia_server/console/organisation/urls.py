"""The addresses below /console/<organisation>/settings/."""

from __future__ import annotations

from django.urls import path

from insignia_server.console.organisation import look, mail_texts, views

urlpatterns = [
    path("", views.settings_page, name="settings"),
    path("look/", look.look_page, name="look"),
    path("mail-texts/", mail_texts.mail_texts, name="mail-texts"),
    path("mail-texts/<slug:kind>/<slug:language>/", mail_texts.mail_text, name="mail-text"),
    path("mail-texts/<slug:kind>/<slug:language>/look/", mail_texts.mail_look, name="mail-look"),
]

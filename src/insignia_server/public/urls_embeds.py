"""The addresses that other sites embed, included by public/urls.py."""

from __future__ import annotations

from django.urls import URLPattern, path

from insignia_server.public.embeds import script

urlpatterns: list[URLPattern] = [
    path("embed.js", script.embed_script, name="embed-script"),
]

"""The addresses that other sites embed, included by public/urls.py."""

from __future__ import annotations

from django.urls import URLPattern, path

from insignia_server.public import wallets
from insignia_server.public.embeds import oembed, pages, pictures, script

urlpatterns: list[URLPattern] = [
    path("embed.js", script.embed_script, name="embed-script"),
    path("oembed", oembed.oembed, name="oembed"),
    path("badges/<uuid:key>/share/", pages.share, name="badge-share"),
    path("badges/<uuid:key>/state.svg", pictures.state_picture, name="badge-state"),
    path("badges/<uuid:key>.pkpass", wallets.apple_pass, name="badge-apple"),
    path("badges/<uuid:key>/google-wallet/", wallets.google_link, name="badge-google"),
]

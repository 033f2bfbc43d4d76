"""The addresses of awards in the console."""

from __future__ import annotations

from django.urls import path

from insignia_server.console.awards import acts, erasing, giving, reissuing, views

app_name = "awards"
urlpatterns = [
    path("", views.listing, name="list"),
    path("new/", giving.choose, name="choose"),
    path("new/<uuid:achievement>/", giving.give, name="new"),
    path("remind/", acts.remind, name="remind"),
    path("erase-learner/", erasing.erase, name="erase-learner"),
    path("erase-learner/<uuid:erasure>/", erasing.erasure, name="erasure"),
    path("reissue/", reissuing.reissue, name="reissue"),
    path("reissue/<uuid:run>/", reissuing.run, name="reissue-run"),
    path("reissue/<uuid:run>/progress/", reissuing.progress, name="reissue-progress"),
    path("reissue/<uuid:run>/outcomes.csv", reissuing.outcomes, name="reissue-outcomes"),
    path("<uuid:award>/", views.detail, name="detail"),
    path("<uuid:award>/correct/", acts.correct, name="correct"),
    path("<uuid:award>/revoke/", acts.change, {"act": "revoke"}, name="revoke"),
    path("<uuid:award>/suspend/", acts.change, {"act": "suspend"}, name="suspend"),
    path("<uuid:award>/reinstate/", acts.change, {"act": "reinstate"}, name="reinstate"),
    path("<uuid:award>/send/", acts.send, name="send"),
]

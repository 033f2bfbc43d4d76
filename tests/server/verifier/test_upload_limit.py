"""How large a file may be is said before it is chosen, and beside it when it is larger."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client


@pytest.mark.django_db
def test_the_limit_is_said_beside_the_field(client: Client, settings: Any) -> None:
    settings.MAX_VERIFY_BYTES = 3 * 1024 * 1024
    page = client.get("/verify/").content.decode().replace("\xa0", " ")
    assert "at most 3.0 MB" in page
    large = SimpleUploadedFile("a.png", b"x" * (4 * 1024 * 1024))
    answer = client.post("/verify/", {"file": large})
    (error,) = answer.context["form"].errors["file"]
    assert answer.status_code == 422
    assert error.replace("\xa0", " ") == (
        "The file has 4.0 MB; at most 3.0 MB are taken. Choose a smaller one."
    )

"""How the demo's university shows itself: its colours, logo and cover, and a diploma in that look."""

from __future__ import annotations

from typing import Any, Final, cast

from insignia_server.command.seed_demo import artwork

COLOURS: Final = {"accent": "#21478c", "second_colour": "#f3bc4e"}
PICTURES: Final = {"logo": "nordhaven-logo", "logo_dark": "nordhaven-logo-dark", "cover": "nordhaven-cover"}


def dress(by: Any, organisation: Any) -> None:
    """By the services that Settings > Look and the page Certificates call. In the organisation's scope."""
    from insignia_server.organisations import look, services

    for place, name in PICTURES.items():
        look.set_picture(by=by, organisation=organisation, place=cast(Any, place), content=artwork(name))
    services.update_settings(by=by, organisation=organisation, values=COLOURS)
    _diploma(by)


def _diploma(by: Any) -> None:
    """Colours and logo are left to the look; only the signature is its own."""
    from insignia_server.certificates.designs import Signer, Values, read_drawing
    from insignia_server.certificates.services import create_design

    create_design(
        by=by,
        name="Diploma with the rector's signature",
        values=Values(
            layout="diploma",
            orientation="landscape",
            ornament="waves",
            signatures=(Signer(name="Ingrid Solberg", function="Rector of Nordhaven University"),),
        ),
        pictures={"signature-1": read_drawing(artwork("solberg-signature"), "signature-1")},
    )

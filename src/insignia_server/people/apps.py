from typing import Any

import structlog
from django.apps import AppConfig

log = structlog.get_logger(__name__)


class PeopleConfig(AppConfig):
    name = "insignia_server.people"
    label = "people"

    def ready(self) -> None:
        """allauth tells of a proved or removed address by a signal; it has no other hook for that."""
        from allauth.account.signals import email_confirmed, email_removed
        from django.utils import timezone

        from insignia_server.kit.errors import Refused
        from insignia_server.people.models import User
        from insignia_server.people.services import give_up_identifier, prove_identifier

        def proved(email_address: Any, **_rest: Any) -> None:
            user = User.objects.get(pk=email_address.user_id)
            try:
                prove_identifier(
                    user=user, kind="emailAddress", value=email_address.email, now=timezone.now()
                )
            except Refused:  # another account has proved it before; what was awarded to it stays there
                log.warning("an address is proved by a second account", user=str(user.pk))

        email_confirmed.connect(proved, weak=False, dispatch_uid="people.proved")

        def removed(user: Any, email_address: Any, **_rest: Any) -> None:
            give_up_identifier(user=user, kind="emailAddress", value=email_address.email)

        email_removed.connect(removed, weak=False, dispatch_uid="people.removed")

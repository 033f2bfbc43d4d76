"""The first account of an instance."""

from __future__ import annotations

import argparse
import getpass
import os
import sys


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    parser.add_argument("email")
    parser.add_argument("--name", default="")
    parser.add_argument("--organisation", default="", help="found this organisation too")
    parser.add_argument(
        "--no-operator", action="store_true", help="do not make it an operator of the instance"
    )


def run(options: argparse.Namespace) -> int:
    """Make the account; the password is asked for, or read from OWNER_PASSWORD."""
    from allauth.account.models import EmailAddress
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email
    from django.db import transaction
    from django.utils import timezone

    from insignia_server.kit.errors import Refused
    from insignia_server.organisations import services
    from insignia_server.people.models import User
    from insignia_server.people.services import prove_identifier

    password = os.environ.get("OWNER_PASSWORD") or getpass.getpass("Password: ")
    email = options.email.strip().lower()
    try:
        validate_email(email)
        validate_password(password, User(email=email, name=options.name))
        if User.objects.filter(email__iexact=email).exists():
            raise ValidationError(f"There is an account with {email} already.")
        with transaction.atomic():
            user = User.objects.create_user(
                email, password, name=options.name, is_staff=not options.no_operator
            )
            EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
            prove_identifier(user=user, kind="emailAddress", value=email, now=timezone.now())
            if options.organisation:
                services.found(user=user, name=options.organisation)
    except (ValidationError, Refused) as error:
        print("\n".join(getattr(error, "messages", None) or [str(error)]), file=sys.stderr)
        return 1
    print(f"{email} can sign in now.")
    return 0

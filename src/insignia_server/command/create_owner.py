"""The first account of an instance."""

from __future__ import annotations

import argparse
import getpass
import os
import sys


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    parser.add_argument("email", help="its address, with which it signs in")
    parser.add_argument("--name", default="", help="the person's name")
    parser.add_argument("--organisation", default="", metavar="NAME", help="found this organisation too")
    parser.add_argument(
        "--no-operator", action="store_true", help="do not make it an operator of the instance"
    )


NO_TERMINAL = (
    "There is no terminal to ask for the password. Set it in the environment for this one command:\n"
    "  INSIGNIA_OWNER_PASSWORD=… insignia-server create-owner owner@example.edu"
)


def _password() -> str | None:
    """From the environment, or typed twice; None where nobody can type."""
    given = os.environ.get("INSIGNIA_OWNER_PASSWORD")
    if given:
        return given
    if not sys.stdin.isatty():
        return None
    while True:
        first = getpass.getpass("Password: ")
        if getpass.getpass("The same again: ") == first:
            return first
        print("The two are not the same.", file=sys.stderr)


def run(options: argparse.Namespace) -> int:
    """Make the account; the password is asked for, or read from INSIGNIA_OWNER_PASSWORD."""
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

    email = options.email.strip().lower()
    try:
        try:
            validate_email(email)
        except ValidationError:
            raise ValidationError(f"{email!r} is no email address, such as owner@example.edu.") from None
        if User.objects.filter(email__iexact=email).exists():
            raise ValidationError(f"There is an account with {email} already.")
        password = _password()
        if password is None:
            print(NO_TERMINAL, file=sys.stderr)
            return 2
        validate_password(password, User(email=email, name=options.name))
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

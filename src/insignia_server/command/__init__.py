"""`insignia-server`: web, worker, migrate, check, create-owner, backup, restore, bounces, manage."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

COMMANDS = {
    "web": "serve the pages and the API",
    "worker": "run the jobs; start as many as you like, on any machine",
    "migrate": "bring the database to this version; safe to run again",
    "check": "look at settings, database, storage and mail, and say what is wrong",
    "create-owner": "make an account that is operator, and its organisation",
    "backup": "write everything into one file",
    "restore": "read such a file into an empty instance",
    "bounces": "receive delivery status notifications by SMTP, or one from standard input",
    "seed-demo": "fill an empty demo instance (DEMO=true)",
    "reseal": "seal every stored secret anew under the first of KEY_ENCRYPTION_KEYS",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 done, 1 something is wrong (said on standard error), 2 wrong arguments."""
    words = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(prog="insignia-server", description="The Insignia server.")
    shelf = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, summary in COMMANDS.items():
        module = import_module(f"{__name__}.{name.replace('-', '_')}")
        module.arguments(shelf.add_parser(name, help=summary, description=summary))
    options = parser.parse_args(words)
    module = import_module(f"{__name__}.{options.command.replace('-', '_')}")
    return within_django(module.run, options)


def within_django(run: Callable[[argparse.Namespace], int], options: argparse.Namespace) -> int:
    """Set Django up and run; settings that cannot be used are said plainly, without a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "insignia_server.config.settings")
    import django
    from django.core.exceptions import ImproperlyConfigured
    from django.db import OperationalError, ProgrammingError

    try:
        django.setup()
        return run(options)
    except ImproperlyConfigured as error:
        print(error, file=sys.stderr)
    except (OperationalError, ProgrammingError) as error:
        if "no such table" in str(error) or "does not exist" in str(error):
            print(f"The database is not complete: {error}\nRun: insignia-server migrate", file=sys.stderr)
            return 1
        print(
            f"The database does not answer: {error}\nIs DATABASE_URL right, and the database running?",
            file=sys.stderr,
        )
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    return 1

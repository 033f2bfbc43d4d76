"""`insignia-server`: web, worker, migrate, check, create-owner, backup, restore, bounces and a few more."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

from insignia import __version__
from insignia_server.command import saying

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
    parser = argparse.ArgumentParser(
        prog="insignia-server",
        description="The Insignia server. Settings come from the environment: docs/settings.md lists them.",
        epilog="A new instance: migrate, then create-owner, then web and worker.",
    )
    parser.add_argument("--version", action="version", version=f"Insignia {__version__}")
    shelf = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, summary in COMMANDS.items():
        module = import_module(f"{__name__}.{name.replace('-', '_')}")
        module.arguments(shelf.add_parser(name, help=summary, description=summary))
    options = parser.parse_args(words)
    if options.command is None:
        parser.print_help(sys.stderr)
        return 2
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
        print(saying.database_trouble(error), file=sys.stderr)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(f"{where}{error.strerror or error}\nMay this user read and write there?", file=sys.stderr)
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    return 1

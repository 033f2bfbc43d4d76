"""The life of a badge, by the commands that anybody can type: `python3 dev.py demo`."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEMO = ROOT / "demo"
INSIGNIA = Path(sys.executable).with_name("insignia")
COLOUR = sys.stdout.isatty() and "NO_COLOR" not in os.environ


def main() -> int:
    """Run the steps; stop at the first that does not end as it should."""
    DEMO.mkdir(exist_ok=True)
    (DEMO / "README.txt").write_text("Made by `python3 dev.py demo`. Delete it whenever you like.\n")
    steps = (make_key, issue_badge, bake_picture, verify_picture, forge, award_many)
    for number, step in enumerate(steps, 1):
        print(bold(f"\n{number}. {step.__doc__}"))
        step()
    print(bold("\nDone. What you have now, in demo/:"))
    for name, what in FILES.items():
        print(f"  {name:18} {what}")
    print(bold("\nTry next (`source .venv/bin/activate` puts `insignia` on your path):"))
    for command in NEXT:
        print(f"  {command}")
    return 0


FILES = {
    "astrid.png": "the badge: a picture with the signed credential inside; look at it, mail it",
    "astrid.svg": "the same in a drawing",
    "astrid.json": "the signed credential by itself",
    "astrid.html": "the verification report, for a browser",
    "forged.json": "the credential with another name in it, which does not verify",
    "all.jsonl": "three badges from a table, one a line",
    "issuer-key.json": "the secret key that signed them: whoever has it can issue in its name",
}
NEXT = (
    "insignia inspect demo/astrid.png               what is inside, explained",
    "insignia verify demo                           the whole folder, as a table",
    "insignia issue --example > my-badge.toml       describe a badge of your own",
    "insignia --help                                everything else",
)


def make_key() -> None:
    """Make a secret key. Its public half is the identity of the issuer (a did:key)."""
    if (DEMO / "issuer-key.json").exists():
        print("  demo/issuer-key.json is there already, from an earlier run")
    else:
        insignia("keygen", "demo/issuer-key.json")


def issue_badge() -> None:
    """Issue a badge from the description in examples/badge.toml."""
    words = ("--key", "demo/issuer-key.json", "-o", "demo/astrid.json", "--force")
    insignia("issue", "examples/badge.toml", *words)


def bake_picture() -> None:
    """Bake it into a picture, so that it travels in one file."""
    for kind in ("png", "svg"):
        insignia("bake", f"examples/badge.{kind}", "demo/astrid.json", "-o", f"demo/astrid.{kind}", "--force")


def verify_picture() -> None:
    """Verify the picture, as an employer would who knows Astrid's address."""
    insignia("verify", "demo/astrid.png", "--recipient", "astrid@example.org")
    (DEMO / "astrid.html").unlink(missing_ok=True)
    insignia("verify", "demo/astrid.svg", "--format", "html", "-o", "demo/astrid.html")


def forge() -> None:
    """Change one word in the credential, as a forger would, and verify that."""
    credential = json.loads((DEMO / "astrid.json").read_bytes())
    credential["credentialSubject"]["achievement"]["name"] = "Ocean Navigation"
    (DEMO / "forged.json").write_text(json.dumps(credential, indent=2), encoding="utf-8")
    insignia("verify", "demo/forged.json", expected=1)


def award_many() -> None:
    """Issue to everybody in a table of recipients."""
    words = ("--recipients", "examples/people.csv", "-o", "demo/all.jsonl", "--force")
    insignia("issue", "examples/badge.toml", "--key", "demo/issuer-key.json", *words)


def insignia(*words: str, expected: int = 0) -> None:
    """Show a command, run it, and stop the demo when it ends otherwise than expected."""
    print(dim(f"  $ insignia {shlex.join(words)}"), flush=True)
    done = subprocess.run([str(INSIGNIA), *words], cwd=ROOT)
    if done.returncode != expected:
        sys.exit(f"demo: this ended with {done.returncode} instead of {expected}")


def bold(text: str) -> str:
    """A heading, where the terminal can show one."""
    return f"\033[1m{text}\033[0m" if COLOUR else text


def dim(text: str) -> str:
    """A command, where the terminal can show it apart from its answer."""
    return f"\033[36m{text}\033[0m" if COLOUR else text


if __name__ == "__main__":
    sys.exit(main())

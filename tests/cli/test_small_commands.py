"""`insignia validate` and `insignia completion`, and the progress line."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from insignia.cli import network, progress
from insignia.cli.boundary import UsageError
from insignia.cli.session import Session

from .conftest import NOW, Run, Stream
from .test_pictures import DOCUMENT


def test_validate_finds_all_problems_with_their_places(insignia: Run) -> None:
    achievement = {"id": "no uri", "type": ["Achievement"], "name": "x", "criteria": {}}
    broken = {**DOCUMENT, "credentialSubject": {"type": ["AchievementSubject"], "achievement": achievement}}
    Path("good.json").write_text(json.dumps(DOCUMENT))
    Path("bad.json").write_text(json.dumps(broken))
    good = insignia("validate", "good.json")
    assert good.out.startswith("good.json: fits the data model and its schema (no signature was checked)\n")
    assert good.code == 0
    bad = insignia("validate", "bad.json")
    assert bad.code == 1
    assert bad.out.startswith("bad.json: ")
    assert "  /credentialSubject/achievement" in bad.out
    assert "description" in bad.out
    answers = json.loads(insignia("validate", "good.json", "bad.json", "none.json", "--format", "json").out)
    assert [answer["valid"] for answer in answers] == [True, False, False]
    assert {problem["where"] for problem in answers[1]["problems"]} >= {"/credentialSubject/achievement/id"}
    assert answers[2]["problems"][0]["got"] == "there is no file none.json"


def test_validate_what_cannot_be_read_ends_with_2(insignia: Run) -> None:
    Path("old.json").write_text(
        '{"@context": "https://purl.imsglobal.org/spec/clr/v1p0/context", "type": "Clr"}'
    )
    shown = insignia("validate", "old.json", "none.json")
    assert shown.code == 2
    assert shown.out.splitlines() == [
        "old.json: cannot be read",
        "  this is a Comprehensive Learner Record 1.0, which is not supported yet and comes in a later "
        "version",
        "none.json: cannot be read",
        "  expected a document, got there is no file none.json",
    ]


def completed(script: str, *words: str) -> list[str]:
    """What bash offers after these words."""
    quoted = " ".join(f"'{word}'" for word in words)
    call = (
        f"COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; _insignia; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    )
    done = subprocess.run(["bash", "-c", f"{script}\n{call}"], capture_output=True, check=True, text=True)
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("insignia", "ver"), {"verify"}),
        (("insignia", ""), {"keygen", "issue", "verify", "--help"}),
        (("insignia", "verify", "--f"), {"--format"}),
        (("insignia", "verify", "--format", ""), {"text", "json", "html"}),
        (("insignia", "status", "s"), {"set", "show"}),
        (("insignia", "status", "make", "--u"), {"--url"}),
        (("insignia", "completion", "z"), {"zsh"}),
        (("insignia", "keygen", "--type", "p-"), {"p-256", "p-384"}),
    ],
)
def test_bash_completes(insignia: Run, words: tuple[str, ...], offered: set[str]) -> None:
    script = insignia("completion", "bash").out
    assert offered <= set(completed(script, *words))


def test_completion_for_other_shells_names_every_command(insignia: Run) -> None:
    fish = insignia("completion", "fish").out
    zsh = insignia("completion", "zsh").out
    assert zsh.startswith("#compdef insignia\n")
    for command in ("keygen", "status", "completion"):
        assert f"-a {command} -d " in fish
        assert command in zsh
    assert "-n '__fish_seen_subcommand_from status ; and __fish_seen_subcommand_from make' -l url" in fish
    assert "-l type -d 'kind of key" in fish
    assert "-x -a 'ed25519 p-256 p-384 rsa'" in fish


def session_with(stderr: Stream) -> Session:
    return Session(
        stdin=stderr.raw_bytes, stdout=Stream(), stderr=stderr, env={}, clock=lambda: NOW, random=bytes
    )


def test_progress_is_drawn_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(100))
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    for terminal, encoding in ((True, "utf-8"), (True, "ascii"), (False, "utf-8")):
        stderr = Stream(terminal=terminal, encoding=encoding)
        with progress.Progress(session_with(stderr), 4, "badges") as bar:
            assert list(bar.over("abc")) == ["a", "b", "c"]
            bar.advance(5)
        shown = stderr.content.decode(encoding)
        if not terminal:
            assert shown == ""
        else:
            assert " 3 of 4 badges, 1 a second, 1 s left" in shown
            assert ("█" if encoding == "utf-8" else "#######") in shown
            assert shown.endswith("\r\x1b[2K")
    stderr = Stream(terminal=True)
    with progress.Progress(session_with(stderr), None, "badges") as bar:
        bar.advance()
    assert "1 badges, 1 a second" in stderr.content.decode()


@pytest.mark.parametrize(
    "text", ["", "https://a.example", "https://a.example/path=http://b", "ftp://a=http://b", "https://a=b"]
)
def test_a_map_is_an_origin_and_an_address(text: str) -> None:
    with pytest.raises(UsageError, match="is not ORIGIN=URL"):
        network._mapping(text)
    assert network._mapping("https://a.example/=http://127.0.0.1:1/") == (
        "https://a.example",
        "http://127.0.0.1:1",
    )

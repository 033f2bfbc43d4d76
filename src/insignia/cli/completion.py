"""`insignia completion`: scripts for bash, zsh and fish, made from the parsers themselves."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass

from insignia.cli.session import OK, Session

_EXAMPLES = """\
examples:
  insignia completion bash > ~/.local/share/bash-completion/completions/insignia
  insignia completion zsh > "${fpath[1]}/_insignia"
  insignia completion fish > ~/.config/fish/completions/insignia.fish

For a try in this terminal only:  source <(insignia completion bash)"""


@dataclass(frozen=True, slots=True)
class _Command:
    """A command or one of its actions: the words that lead to it, and what can follow."""

    words: tuple[str, ...]
    summary: str
    options: tuple[tuple[str, str], ...]
    choices: tuple[tuple[str, tuple[str, ...]], ...]
    actions: tuple[str, ...]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = _EXAMPLES
    parser.add_argument("shell", choices=("bash", "zsh", "fish"))


def run(options: argparse.Namespace, session: Session) -> int:
    """Print the script."""
    commands = list(_commands())
    session.print({"bash": _bash, "zsh": _zsh, "fish": _fish}[options.shell](commands))
    return OK


def _commands() -> Iterator[_Command]:
    from insignia.cli.program import COMMANDS, parser_of

    for name, (_, summary) in COMMANDS.items():
        yield from _described((name,), summary, parser_of(name))


def _described(words: tuple[str, ...], summary: str, parser: argparse.ArgumentParser) -> Iterator[_Command]:
    options: list[tuple[str, str]] = []
    choices: list[tuple[str, tuple[str, ...]]] = []
    actions: dict[str, argparse.ArgumentParser] = {}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            actions = dict(action.choices)
        elif action.option_strings:
            options += [(word, action.help or "") for word in action.option_strings if word.startswith("--")]
            if action.choices:
                choices += [(word, tuple(map(str, action.choices))) for word in action.option_strings]
        elif action.choices:
            actions |= dict.fromkeys(map(str, action.choices), parser)
    yield _Command(words, summary, tuple(options), tuple(choices), tuple(actions))
    for name, inner in actions.items():
        if inner is not parser:
            yield from _described((*words, name), "", inner)


def _bash(commands: list[_Command]) -> str:
    cases = []
    for command in commands:
        values = " ".join([*command.actions, *(word for word, _ in command.options)])
        cases.append(f"    '{' '.join(command.words)}') words='{values}' ;;")
    picks = [
        f"    '{' '.join(c.words)} {word}') words='{' '.join(values)}' ;;"
        for c in commands
        for word, values in c.choices
    ]
    top = " ".join(command.words[0] for command in commands if len(command.words) == 1)
    actions = "|".join(
        f"'{' '.join(c.words)} {action}'" for c in commands for action in c.actions if len(c.words) == 1
    )
    return _BASH.format(top=top, cases="\n".join(cases), picks="\n".join(picks), actions=actions)


def _zsh(commands: list[_Command]) -> str:
    return "#compdef insignia\nautoload -U +X bashcompinit && bashcompinit\n" + _bash(commands)


def _fish(commands: list[_Command]) -> str:
    lines = ["complete -c insignia -n __fish_use_subcommand -f"]
    for command in commands:
        if len(command.words) == 1:
            start = f"complete -c insignia -n __fish_use_subcommand -f -a {command.words[0]}"
            lines.append(f"{start} -d '{_quoted(command.summary)}'")
        seen = " ; and ".join(f"__fish_seen_subcommand_from {word}" for word in command.words)
        condition = f"complete -c insignia -n '{seen}'"
        lines += [f"{condition} -f -a {action}" for action in command.actions]
        picks = dict(command.choices)
        for word, text in command.options:
            values = f" -x -a '{' '.join(picks[word])}'" if word in picks else ""
            lines.append(f"{condition} -l {word[2:]} -d '{_quoted(text)}'{values}")
    return "\n".join(lines)


def _quoted(text: str) -> str:
    return " ".join(text.split()).replace("\\", "\\\\").replace("'", "\\'").replace("%%", "%")


_BASH = """\
_insignia() {{
  local current="${{COMP_WORDS[COMP_CWORD]}}" previous="${{COMP_WORDS[COMP_CWORD-1]}}" words=''
  local command="${{COMP_WORDS[1]}}"
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '{top} --help --version' -- "$current"))
    return
  fi
  case "$command ${{COMP_WORDS[2]}}" in
    {actions}) [ "$COMP_CWORD" -gt 2 ] && command="$command ${{COMP_WORDS[2]}}" ;;
  esac
  case "$command $previous" in
{picks}
  esac
  if [ -n "$words" ]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
    return
  fi
  case "$command" in
{cases}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  case "$current" in
    -*) ;;
    *) COMPREPLY+=($(compgen -f -- "$current")) ;;
  esac
}}
complete -o filenames -F _insignia insignia"""

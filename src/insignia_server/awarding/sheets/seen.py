"""Who stood in the file before: the same person, the same name under another address, the same key."""

from __future__ import annotations

from insignia_server.awarding.sheets.model import Finding, finding


class Seen:
    """Kept small: strings that the rows hold anyway, and hashes of names."""

    def __init__(self) -> None:
        self._people: dict[str, dict[str, int]] = {}
        self._names: dict[int, str] = {}
        self._keys: dict[str, int] = {}

    def person(self, achievement: str, recipient: str, line: int) -> Finding | None:
        """The finding for a person who stands in an earlier line for the same achievement.

        Mail servers do not tell letter cases of an address apart, so neither does this.
        """
        people = self._people.setdefault(achievement, {})
        key = recipient if recipient.islower() else recipient.casefold()
        first = people.setdefault(key, line)
        return finding("person.twice", recipient, line=first) if first != line else None

    def name(self, name: str, recipient: str) -> Finding | None:
        """The finding for a whole name that stood beside another address before."""
        if " " not in name:
            return None
        other = self._names.setdefault(hash(name.casefold()), recipient)
        if other == recipient or other.casefold() == recipient.casefold():
            return None
        return finding("person.two-addresses", f"{name}, {recipient}", line=self._line_of(other))

    def key(self, external_id: str, line: int) -> Finding | None:
        """The finding for a key that an earlier line has."""
        first = self._keys.setdefault(external_id, line)
        return finding("external.twice", external_id, line=first) if first != line else None

    def _line_of(self, recipient: str) -> int:
        key = recipient if recipient.islower() else recipient.casefold()
        return min((people[key] for people in self._people.values() if key in people), default=0)

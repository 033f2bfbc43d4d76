"""How the language of the page joins a label with its value, and writes whole numbers."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.formats import number_format
from django.utils.translation import gettext, pgettext


def labelled(label: object, value: object) -> str:
    """`label: value` with the colon of the language: French has a space before it."""
    return gettext("%(name)s: %(level)s") % {"name": label, "level": value}


def with_colon(label: object) -> str:
    """The label with its colon, for a value that stands in an element or a line of its own."""
    return labelled(label, "").rstrip(" ")


def listed(values: Iterable[object]) -> str:
    """The values one after another, with the comma of the language: Arabic has its own."""
    return pgettext("between the parts of a list", ", ").join(str(one) for one in values)


def whole(number: int, most: int | None = None) -> str:
    """A count with its thousands set apart; above `most`, `1,000+`: more are not counted."""
    if most is not None and number > most:
        return f"{number_format(most, force_grouping=True)}+"
    return number_format(number, force_grouping=True)

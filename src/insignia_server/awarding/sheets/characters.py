"""Characters that cannot be seen, and where they are meant."""

from __future__ import annotations

import re
from typing import Final

# Spaces of zero width, soft hyphen, marks and overrides of direction, tags; not the joiners of U+200C and
# U+200D, which Persian, Indic scripts and emoji need.
INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
)
JOINERS: Final = re.compile("[\u200c\u200d]")
CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_SPACES: Final = (
    " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
    "\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
# Stripped as a set of characters: a pattern such as `\s+$` takes quadratic time on a long run of spaces.
_ENDS: Final = _SPACES + "\u200b\u200c\u200d\u200e\u200f\u00ad\u2060\ufeff\u202a\u202b\u202c\u202d\u202e"


def trim(text: str) -> str:
    """The text without spaces of any kind and invisible characters at its ends."""
    if text and text[0].isalnum() and (text[-1].isalnum() or text[-1] in ".!?)%"):
        return text
    return text.strip(_ENDS)

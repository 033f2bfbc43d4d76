"""What is wrong with a drawing, told to the person who makes it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """`code` is contrast, text.cut or text.small; `part` the part of the drawing (title, icon, …).

    For contrast `ratio` is what was found and `ink` on `ground` the two colours; for text.small it is the
    size in units of 512.
    """

    code: str
    part: str
    message: str
    ratio: float = 0.0
    ink: str = ""
    ground: str = ""

    def to_json(self) -> dict[str, object]:
        """The problem for the editor."""
        return {
            "code": self.code,
            "part": self.part,
            "message": self.message,
            "ratio": self.ratio,
            "ink": self.ink,
            "ground": self.ground,
        }

"""What is mended with one click."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from insignia_server.designs.drawing.colour import contrast, readable
from insignia_server.designs.drawing.composing import compose
from insignia_server.designs.drawing.document import Design
from insignia_server.designs.drawing.palettes import ROLES, Palette
from insignia_server.designs.drawing.problems import Problem

_ROOMY = ("stacked", "plate", "framed")  # layouts that have lines for long texts


def mend(design: Design, problem: Problem) -> Design:
    """The design without the problem: a colour that can be read, or a layout with room for the text.

    The same design where nothing helps; a text is never shortened.
    """
    if problem.code == "contrast":
        return _readable(design, problem)
    return _roomy(design, problem)


def _readable(design: Design, problem: Problem) -> Design:
    wanted = 3.0 if problem.part == "icon" else 4.5
    palette = design.palette
    ink_roles = [role for role in ROLES if getattr(palette, role) == problem.ink]
    ground_roles = [role for role in ROLES if getattr(palette, role) == problem.ground]
    for role in ink_roles:
        changed = readable(problem.ink, problem.ground, wanted)
        candidate = replace(design, palette=_with(palette, role, changed))
        if not _still(candidate, problem):
            return candidate
    for role in ground_roles:
        changed = readable(problem.ground, problem.ink, wanted)
        candidate = replace(design, palette=_with(palette, role, changed))
        if not _still(candidate, problem):
            return candidate
    if not ink_roles and ground_roles:
        light = contrast("#ffffff", problem.ground) < 4.5
        changed = readable(problem.ground, "#10131a" if light else "#ffffff", 5)
        return replace(design, palette=_with(palette, ground_roles[0], changed))
    return design


def _with(palette: Palette, role: str, colour: str) -> Palette:
    changed: dict[str, Any] = {role: colour}
    return replace(palette, id="", label="", **changed)


def _roomy(design: Design, problem: Problem) -> Design:
    candidates: list[Design] = []
    if problem.part in ("title", "subtitle", "ribbon", "small"):
        text = getattr(design.texts, problem.part)
        if text.size or text.place != "auto":
            plain = replace(text, size=0.0, place="auto", tracking=-1.0)
            candidates.append(replace(design, texts=replace(design.texts, **{problem.part: plain})))
    base = candidates[0] if candidates else design
    candidates += [replace(base, layout=layout) for layout in _ROOMY if layout != design.layout]
    candidates += [replace(base, layout=layout, frame="square") for layout in _ROOMY]
    for candidate in candidates:
        if not _still(candidate, problem):
            return candidate
    return design


def _still(design: Design, problem: Problem) -> bool:
    codes = ("contrast",) if problem.code == "contrast" else ("text.cut", "text.small")
    return any(one.part == problem.part and one.code in codes for one in compose(design).problems)

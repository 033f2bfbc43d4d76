"""What can be wrong with a picture, and what a person can do about it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from insignia.errors import InsigniaError


class PictureError(InsigniaError):
    """A picture that cannot be taken. `code` is one of the codes below; `str(error)` says where, expected
    and got; `advice` says in the viewer's language what to do next."""

    UNKNOWN = "picture.unknown-format"
    BROKEN = "picture.broken"
    TOO_LARGE = "picture.too-large"
    ENTITIES = "picture.svg-entities"
    ENCODING = "picture.svg-encoding"
    REFERENCES = "picture.svg-references"
    EMPTY = "picture.empty"
    RENDERING = "picture.rendering"
    INVISIBLE = "picture.invisible"

    @property
    def advice(self) -> str:
        """One or two sentences for the person who sent the picture."""
        return {
            self.UNKNOWN: _("Choose a PNG, JPEG, WebP or SVG picture."),
            self.BROKEN: _("The file is damaged or unfinished. Export it again and send the new file."),
            self.TOO_LARGE: _("Make the picture smaller: 1024 × 1024 pixels are plenty for a badge."),
            self.ENTITIES: _(
                "Export the drawing again as plain SVG (in Illustrator: “SVG 1.1” without “Preserve "
                "Illustrator Editing Capabilities”; in Inkscape: “Plain SVG”)."
            ),
            self.ENCODING: _("Save the SVG file with the encoding UTF-8."),
            self.REFERENCES: _("Simplify the drawing: expand symbols and clones before you export it."),
            self.EMPTY: _("The drawing holds nothing that can be shown. Export text and shapes as paths."),
            self.INVISIBLE: _("Nothing can be seen in this picture: it is transparent. Send another one."),
            self.RENDERING: _("The drawing is too complicated to be drawn. Simplify it, or send a PNG."),
        }[self.code]

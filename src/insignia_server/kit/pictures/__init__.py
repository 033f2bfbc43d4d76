"""Pictures of badges: read from strangers and made harmless, drawn, and shown on cards.

`read_picture` is the only way in for bytes from outside; everything else takes what it returned.
"""

from insignia_server.kit.pictures.card import preview_card
from insignia_server.kit.pictures.errors import PictureError
from insignia_server.kit.pictures.picture import JPEG, PNG, SVG, Picture, PictureLimits, read_picture
from insignia_server.kit.pictures.render import SIZES, render_png

__all__ = [
    "JPEG",
    "PNG",
    "SIZES",
    "SVG",
    "Picture",
    "PictureError",
    "PictureLimits",
    "preview_card",
    "read_picture",
    "render_png",
]

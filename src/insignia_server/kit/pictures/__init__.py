"""Pictures of badges: read from strangers and made harmless, drawn, and shown on cards.

`read_picture` is the only way in for bytes from outside, `read_upload` that of forms; everything else takes
what they returned.
"""

from insignia_server.kit.pictures.card import collection_card, preview_card
from insignia_server.kit.pictures.errors import PictureError
from insignia_server.kit.pictures.picture import JPEG, PNG, SVG, Picture, PictureLimits, read_picture
from insignia_server.kit.pictures.render import SIZES, fitted, render_png, webp
from insignia_server.kit.pictures.trimming import trimmed
from insignia_server.kit.pictures.uploads import check_bytes, read_upload, refused_at

__all__ = [
    "JPEG",
    "PNG",
    "SIZES",
    "SVG",
    "Picture",
    "PictureError",
    "PictureLimits",
    "check_bytes",
    "collection_card",
    "fitted",
    "preview_card",
    "read_picture",
    "read_upload",
    "refused_at",
    "render_png",
    "trimmed",
    "webp",
]

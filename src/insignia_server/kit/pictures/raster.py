"""PNG, JPEG and WebP: decoded within limits and encoded again, so that only pixels are left."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from dataclasses import dataclass, field
from typing import Final

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from insignia_server.kit.pictures.errors import PictureError
from insignia_server.kit.pictures.picture import JPEG, PNG, WEBP, PictureLimits

_FORMATS: Final = {PNG: "PNG", JPEG: "JPEG", WEBP: "WEBP"}
# What Pillow's decoders raise for bytes that make no sense.
_DEFECTS: Final = (
    *(OSError, ValueError, SyntaxError, EOFError, TypeError, KeyError, IndexError, OverflowError),
    *(AttributeError, struct.error, zlib.error),
)
_MAX_PROFILE: Final = 1024 * 1024  # bytes of an ICC profile that is looked at


@dataclass(frozen=True, slots=True)
class Raster:
    """Clean bytes and their size in pixels."""

    media_type: str
    width: int
    height: int
    content: bytes = field(repr=False)


def clean(content: bytes, media_type: str, limits: PictureLimits) -> Raster:
    """Decodes a PNG, JPEG or WebP and encodes it again, a WebP as PNG, which badges are baked into.
    Raises PictureError broken or too-large."""
    image = decode(content, media_type, limits)
    if media_type == WEBP:
        media_type = PNG
    if media_type == JPEG:
        image = image.convert("RGB")
    return Raster(media_type, image.width, image.height, encode(image, media_type))


def decode(
    content: bytes, media_type: str, limits: PictureLimits, *, about: int | None = None
) -> Image.Image:
    """The pixels, upright and in sRGB. The size is checked before a pixel is decoded.

    `about`: so many pixels a side are enough; a photo (JPEG) that is larger is then decoded at a fraction of
    its size, which takes a fraction of the time and memory, and only that has to be within the limits.
    Raises PictureError broken or too-large.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content), formats=[_FORMATS[media_type]])
        if about is not None and media_type == JPEG and not image.info.get("progressive"):
            image.draft(None, (about, about))
        _check_size(image, limits)
        profile = image.info.get("icc_profile")
        image.load()
        upright = ImageOps.exif_transpose(image)
        return _in_srgb(upright, profile)
    except PictureError:
        raise
    except UnidentifiedImageError as error:
        raise _broken(media_type, "something else after its first bytes") from error
    except Image.DecompressionBombError as error:
        raise PictureError.at(
            "size", expected=f"at most {limits.pixels} pixels", got="many more", code=PictureError.TOO_LARGE
        ) from error
    except _DEFECTS as error:
        raise _broken(media_type, str(error)[:100] or type(error).__name__) from error


def encode(image: Image.Image, media_type: str) -> bytes:
    """The pixels and nothing else, as PNG or JPEG."""
    bare = Image.frombytes(image.mode, image.size, image.tobytes())
    out = io.BytesIO()
    if media_type == JPEG:
        bare.save(out, "JPEG", quality=92, optimize=True)
    else:
        bare.save(out, "PNG", optimize=image.width * image.height <= 1_100_000)
    return out.getvalue()


def _check_size(image: Image.Image, limits: PictureLimits) -> None:
    width, height = image.size
    if max(width, height) > limits.side or width * height > limits.pixels:
        raise PictureError.at(
            "size",
            expected=f"at most {limits.side} pixels a side and {limits.pixels} in all",
            got=f"{width} × {height} pixels",
            code=PictureError.TOO_LARGE,
        )


def _in_srgb(image: Image.Image, profile: object) -> Image.Image:
    if isinstance(profile, bytes) and len(profile) <= _MAX_PROFILE and image.mode in ("RGB", "RGBA", "CMYK"):
        try:
            mode = "RGB" if image.mode == "CMYK" else image.mode
            source, target = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(image, source, target, outputMode=mode)
            image = converted or image
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass  # A profile that cannot be read is dropped, as a browser does.
    if image.mode.startswith("I"):
        image = image.point(lambda value: value / 257).convert("L")
    has_alpha = image.mode in ("LA", "PA", "La", "RGBa", "RGBA") or "transparency" in image.info
    if has_alpha:
        return image.convert("RGBA")
    return image if image.mode in ("RGB", "L") else image.convert("RGB")


def _broken(media_type: str, got: str) -> PictureError:
    name = _FORMATS[media_type]
    return PictureError.at("file", expected=f"a whole {name} picture", got=got, code=PictureError.BROKEN)

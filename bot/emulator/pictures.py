"""Pictures as Telegram's servers keep them: in several sizes, as JPEG, without what else was in the file."""

from __future__ import annotations

import functools
import io
from typing import TYPE_CHECKING, Any, Final

from bot.emulator.state import State

if TYPE_CHECKING:
    from PIL.Image import Image

Json = dict[str, Any]

BOXES: Final = (90, 320, 800, 1280, 2560)
"""The longer side of sizes `s`, `m`, `x`, `y` and `w`: https://core.telegram.org/api/files#image-thumbnail-types."""
THUMBNAIL_BOX: Final = 320
MAX_SIDES: Final = 10_000
MAX_RATIO: Final = 20
"""https://core.telegram.org/bots/api#sendphoto: width and height together, and one to the other."""
JPEG: Final = "image/jpeg"


@functools.lru_cache(maxsize=16)
def sample(width: int = 640, height: int = 480, kind: str = "JPEG") -> bytes:
    """A picture for whoever needs any: sky over grass."""
    from PIL import Image, ImageDraw  # noqa: PLC0415  # only who sends pictures pays for it

    picture = Image.new("RGB", (width, height), "#8fc1ee")
    ImageDraw.Draw(picture).rectangle((0, height // 2, width, height), "#7bab55")
    return _written(picture, kind)


def photo(state: State, content: bytes) -> list[Json]:
    """`PhotoSize`s, smallest first; raises ValueError, in Telegram's words, for what is no photo."""
    return [
        {"width": width, "height": height, **state.add_file("photo.jpg", JPEG, jpeg, "photo").json()}
        for width, height, jpeg in _sizes(content)
    ]


def is_photo(content: bytes) -> bool:
    """Whether Telegram would take it as a photo."""
    try:
        _sizes(content)
    except ValueError:
        return False
    return True


def thumbnail(state: State, content: bytes) -> Json | None:
    """`PhotoSize` of a picture that was sent as a file; None for what is no picture."""
    try:
        width, height, jpeg = _scaled(_read(content), THUMBNAIL_BOX)
    except ValueError:
        return None
    return {"width": width, "height": height, **state.add_file("thumb.jpg", JPEG, jpeg, "thumbnail").json()}


@functools.lru_cache(maxsize=32)
def _sizes(content: bytes) -> tuple[tuple[int, int, bytes], ...]:
    picture = _read(content)
    longest = max(picture.size)
    if sum(picture.size) > MAX_SIDES or longest > MAX_RATIO * min(picture.size):
        raise ValueError("PHOTO_INVALID_DIMENSIONS")
    boxes = [box for box in BOXES if box < longest] + [min(longest, BOXES[-1])]
    return tuple(_scaled(picture, box) for box in dict.fromkeys(boxes))


def _read(content: bytes) -> Image:
    from PIL import Image, ImageOps, UnidentifiedImageError  # noqa: PLC0415

    try:
        picture = Image.open(io.BytesIO(content))
        return ImageOps.exif_transpose(picture).convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError("IMAGE_PROCESS_FAILED") from error


def _scaled(picture: Image, box: int) -> tuple[int, int, bytes]:
    scaled = picture.copy()
    scaled.thumbnail((box, box))
    return *scaled.size, _written(scaled, "JPEG")


def _written(picture: Image, kind: str) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind)
    return file.getvalue()

"""Reads one untrusted file from stdin: a script for a process of its own, with nothing of the bot in it.

It runs isolated (`python -I`), with an empty environment. Limits are set before the first byte is parsed.
What goes to stdout is a line of JSON, then the text, the picture or the sound.
"""

from __future__ import annotations

import io
import json
import os
import sys
import zipfile
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table

MOST_PIXELS = 80_000_000
"""A photo of the largest phones has 50 to 108 million; decoding takes three bytes each."""
MOST_UNPACKED_BYTES = 100_000_000
"""Of all that a DOCX holds: a zip bomb says its size itself, or is ended by the limit on memory."""
LONGEST_CELL = 2000
JPEG_QUALITIES = (88, 70, 50)
"""The first that makes it small enough: noise can hardly be packed."""
SPEECH_HZ = 16_000
SPEECH_BITS_PER_S = 24_000
_FORBIDDEN = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.system",
    "urllib.",
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000


class Declined(Exception):
    """The file has nothing to read, for a reason that a person can act on; its text is one of `Why`."""


def main(arguments: dict[str, Any]) -> None:
    """Writes what was read, or `{"error": …}`."""
    confine(memory_bytes=arguments["memory_bytes"], cpu_s=arguments["cpu_s"])
    data = sys.stdin.buffer.read()
    try:
        if arguments["mode"] == "picture":
            head, payload = picture(data, side=arguments["side"], most_bytes=arguments["most_picture_bytes"])
        elif arguments["mode"] == "audio":
            head, payload = audio(data, most_s=arguments["most_s"])
        else:
            head, payload = text(data, arguments["characters"])
    except Declined as declined:
        head, payload = {"error": str(declined)}, b""
    except MemoryError:
        head, payload = {"error": "too_heavy"}, b""
    except Exception as error:  # noqa: BLE001 - the edge: whatever a parser raises, the file is broken
        head, payload = {"error": "broken", "type": type(error).__name__}, b""
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + payload)


def confine(*, memory_bytes: int, cpu_s: int) -> None:
    """Limits memory, processor time and files, and takes the network away. What the kernel refuses to take
    away (a container that allows no namespaces) Python's own functions still refuse.
    """
    import ctypes  # noqa: PLC0415 - not after the hook
    import resource  # noqa: PLC0415 - no such module on Windows, where files are not read

    if sys.platform == "linux":  # macOS knows neither
        ctypes.CDLL(None).unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    for limit, most in (
        (resource.RLIMIT_CPU, cpu_s),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event.startswith(_FORBIDDEN):
        raise PermissionError(event)
    if event == "open" and isinstance(flags := arguments[2], int) and flags & _WRITING:
        raise PermissionError(event)


def text(data: bytes, characters: int) -> tuple[dict[str, Any], bytes]:
    """As much of the file as `characters` hold, in whole pages or lines, and how much that is of it."""
    if not data.strip():
        raise Declined("empty")
    if b"%PDF-" in data[:1024]:
        return _cut("pages", *_pdf(data), characters)
    if data.startswith(b"PK\x03\x04"):
        return _cut("lines", *_docx(data), characters)
    if data.startswith(
        (b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff", b"OggS", b"\x1f\x8b", b"\x7fELF", b"MZ\x90")
    ):
        raise Declined("not_text")
    written = _decoded(data)
    lines = _html(written) if _is_html(written) else written.splitlines()
    return _cut("lines", iter(lines), len(lines), characters)


def _cut(unit: str, pieces: Iterator[str], total: int, characters: int) -> tuple[dict[str, Any], bytes]:
    """Ends with a whole page or line, unless that would leave half of the room empty: then the share that was
    read is told in percents.
    """
    kept: list[str] = []
    left, part = characters, 0.0
    for piece in pieces:
        if len(piece) > left:
            if left > characters // 2:
                kept.append(piece[:left])
                part = left / len(piece)
            break
        kept.append(piece)
        left -= len(piece) + 1
    said = "\n".join(kept)
    if not said.strip():
        raise Declined("no_text")
    read = len(kept)
    if part:
        share = 100 * (read - 1 + part) / total
        unit, read, total = "percent", min(99, max(1, round(share))), 100
    head = {"unit": unit, "read": read, "total": total, "whole": read == total}
    return head, said.encode("utf-8", "replace")


def _pdf(data: bytes) -> tuple[Iterator[str], int]:
    from pypdf import PdfReader  # noqa: PLC0415 - each format's library only for that format

    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise Declined("password")
    return (page.extract_text().strip() for page in reader.pages), len(reader.pages)


def _docx(data: bytes) -> tuple[Iterator[str], int]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        if sum(entry.file_size for entry in entries) > MOST_UNPACKED_BYTES:
            raise Declined("too_heavy")
        if "word/document.xml" not in {entry.filename for entry in entries}:
            raise Declined("not_text")
    import docx  # noqa: PLC0415

    lines = list(_docx_lines(docx.Document(io.BytesIO(data))))
    return iter(lines), len(lines)


def _docx_lines(document: Document) -> Iterator[str]:
    from docx.table import Table  # noqa: PLC0415

    for block in document.iter_inner_content():
        if isinstance(block, Table):
            yield from _table_lines(block)
        elif block.text.strip():
            yield block.text


def _table_lines(table: Table) -> Iterator[str]:
    for row in table.rows:
        cells = [cell.text.replace("\n", " ").strip()[:LONGEST_CELL] for cell in row.cells]
        # A merged cell comes once for each column that it spans.
        once = [cell for cell, before in zip(cells, [None, *cells], strict=False) if cell != before]
        yield " | ".join(once)


def _decoded(data: bytes) -> str:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    try:
        found = data.decode("utf-8")
    except UnicodeDecodeError:
        found = _guessed(data)
    if b"\0" in data or _looks_binary(found):  # UTF-16 without its mark is UTF-8 too, to look at
        found = _guessed(data)
    if _looks_binary(found):
        raise Declined("not_text")
    return found


def _guessed(data: bytes) -> str:
    import chardet  # noqa: PLC0415

    encoding = chardet.detect(data[:200_000])["encoding"]
    if encoding is None:
        raise Declined("not_text")
    return data.decode(encoding, "replace")


def _looks_binary(found: str) -> bool:
    """Whether there are marks that no text has: a lie about a file's type is told by them."""
    sample = found[:100_000]
    odd = sum((char < " " and not char.isspace() and char != "\x1b") or char == "\ufffd" for char in sample)
    return odd * 50 > len(sample)


def _is_html(written: str) -> bool:
    head = written[:1000].lstrip().lower()
    return head.startswith(("<!doctype html", "<html")) or ("<html" in head and "<" in head[:1])


_BLOCKS = frozenset(
    """
    address article aside blockquote br dd div dl dt figure footer form h1 h2 h3 h4 h5 h6 header hr li main
    nav ol option p pre section table td th tr ul
    """.split()  # noqa: SIM905 - a table of words
)
_UNSEEN = ("script", "style", "noscript", "template", "head")


def _html(written: str) -> list[str]:
    import lxml.html  # noqa: PLC0415

    page = lxml.html.document_fromstring(written.encode(), parser=lxml.html.HTMLParser(encoding="utf-8"))
    lxml.etree.strip_elements(page, *_UNSEEN, lxml.etree.Comment, lxml.etree.PI, with_tail=False)
    seen = "".join(_seen(lxml.etree.iterwalk(page, events=("start", "end"))))
    return [line for raw in seen.split("\n") if (line := " ".join(raw.split()))]


def _seen(walk: Iterable[tuple[str, Any]]) -> Iterator[str]:
    for event, node in walk:
        if node.tag in _BLOCKS:
            yield "\n"
        yield (node.text if event == "start" else node.tail) or ""


def picture(data: bytes, *, side: int, most_bytes: int) -> tuple[dict[str, Any], bytes]:
    """The picture upright and without what was written into its file, scaled to `side` pixels at most.

    A PNG stays one where that is small enough; all else is a JPEG.
    """
    from PIL import Image, ImageOps  # noqa: PLC0415

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        opened = Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF"))
    except Image.DecompressionBombError:
        raise Declined("too_heavy") from None
    if opened.width * opened.height > MOST_PIXELS:
        raise Declined("too_heavy")
    kind = opened.format
    opened.draft("RGB", (side, side))  # a JPEG is decoded at a fraction of its size
    opened.thumbnail((side, side))
    upright = ImageOps.exif_transpose(opened)
    if kind == "PNG":
        head, payload = _saved(upright, "PNG", optimize=True)
        if len(payload) <= most_bytes:
            return head, payload
    flat = upright.convert("RGBA")
    ground = Image.new("RGB", flat.size, "white")
    ground.paste(flat, mask=flat.getchannel("A"))
    for quality in JPEG_QUALITIES:
        head, payload = _saved(ground, "JPEG", quality=quality)
        if len(payload) <= most_bytes:
            break
    return head, payload


def _saved(image: Any, kind: str, **options: Any) -> tuple[dict[str, Any], bytes]:
    image.info = {}  # comments, profiles, EXIF with its coordinates
    out = io.BytesIO()
    image.save(out, kind, **options)
    head = {"mime_type": f"image/{kind.lower()}", "width": image.width, "height": image.height}
    return head, out.getvalue()


def audio(data: bytes, *, most_s: int) -> tuple[dict[str, Any], bytes]:
    """The sound of a recording or a film, on one channel in OGG/Opus, as speech recognition takes it."""
    import av  # noqa: PLC0415

    out = io.BytesIO()
    with av.open(io.BytesIO(data), "r") as source, av.open(out, "w", format="ogg") as target:
        if not source.streams.audio:
            raise Declined("no_sound")
        voice = target.add_stream("libopus", rate=SPEECH_HZ, layout="mono")
        voice.bit_rate = SPEECH_BITS_PER_S
        samples = 0
        resampler = av.AudioResampler(format="s16", layout="mono", rate=SPEECH_HZ)
        for frame in _frames(source):
            for piece in resampler.resample(frame):
                samples += piece.samples
                target.mux(voice.encode(piece))
            if samples > most_s * SPEECH_HZ:
                raise Declined("too_long")
        for piece in resampler.resample(None):
            samples += piece.samples
            target.mux(voice.encode(piece))
        if not samples:
            raise Declined("no_sound")
        target.mux(voice.encode(None))
    return {"duration_s": samples / SPEECH_HZ}, out.getvalue()


def _frames(source: Any) -> Iterator[Any]:
    """Those that can be decoded: a song may hold pictures, tags and gaps between them."""
    import av  # noqa: PLC0415

    for packet in source.demux(audio=0):
        try:
            yield from packet.decode()
        except av.FFmpegError:
            continue


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))

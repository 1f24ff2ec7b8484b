"""Files as people send them, made here."""

from __future__ import annotations

import io
import math
import struct
import wave
import zipfile
import zlib

import av
import docx
from PIL import Image
from pypdf import PdfReader, PdfWriter


def pdf(*pages: str, encrypted: bool = False) -> bytes:
    """A PDF with a text layer, a page for each text of Latin letters; an empty text is a page without any."""
    streams = [f"BT /F1 12 Tf 72 720 Td ({page}) Tj ET".encode() if page else b"" for page in pages]
    first_page = 4
    kids = " ".join(f"{first_page + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for n, stream in enumerate(streams):
        contents = first_page + 2 * n + 1
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {contents} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>".encode(),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        ]
    written = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(written)
    written += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    written += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    written += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, table)
    return _encrypted(bytes(written)) if encrypted else bytes(written)


def _encrypted(plain: bytes) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(plain)))
    writer.encrypt("a password", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def word(*paragraphs: str, table: list[list[str]] | None = None) -> bytes:
    """A DOCX with these paragraphs, then the table."""
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if table:
        grid = document.add_table(len(table), len(table[0]))
        for row, cells in enumerate(table):
            for column, said in enumerate(cells):
                grid.cell(row, column).text = said
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def zip_bomb() -> bytes:
    """A DOCX that says it unpacks to 300 MB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<a/>" * 75_000_000)
    return out.getvalue()


def lying(bomb: bytes) -> bytes:
    """A `zip_bomb` that claims to be small."""
    return bomb.replace(struct.pack("<L", 300_000_000), struct.pack("<L", 1000))


def billion_laughs() -> bytes:
    """A DOCX whose XML multiplies itself."""
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    xml = f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a0 "ha">{entities}]><d>&a9;</d>'
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word("a"))) as source, zipfile.ZipFile(out, "w") as target:
        for entry in source.infolist():
            inside = xml.encode() if entry.filename == "word/document.xml" else source.read(entry)
            target.writestr(entry, inside)
    return out.getvalue()


def picture(width: int, height: int, kind: str = "JPEG", *, exif: bool = False) -> bytes:
    """A red picture; with `exif`, one that tells where it was taken and lies on its side."""
    image = Image.new("RGB", (width, height), "red")
    out = io.BytesIO()
    if exif:
        about = image.getexif()
        about[0x0112] = 6
        about[0x010F] = "a camera of mine"
        about.get_ifd(0x8825)[2] = (55.0, 45.0, 21.0)
        image.save(out, kind, exif=about)
    else:
        image.save(out, kind)
    return out.getvalue()


def noise(side: int) -> bytes:
    """A PNG that can't be packed."""
    out = io.BytesIO()
    Image.effect_noise((side, side), 100).save(out, "PNG")
    return out.getvalue()


def huge_picture() -> bytes:
    """A PNG of some kilobytes that is 900 million pixels."""
    rows = zlib.compress(bytes(30_000 // 8 + 1) * 30_000, 9)

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">L", len(body)) + kind + body + struct.pack(">L", zlib.crc32(kind + body))

    head = struct.pack(">LLBBBBB", 30_000, 30_000, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def sound(seconds: float, container: str = "mp4", codec: str = "aac") -> bytes:
    """A tone, as a video note (`mp4`), a song (`mp3`) or a voice (`ogg`, `libopus`) carries it."""
    rate, samples = 48_000, 960
    out = io.BytesIO()
    with av.open(out, "w", format=container) as target:
        stream = target.add_stream(codec, rate=rate, layout="mono")
        assert isinstance(stream, av.AudioStream)
        for began in range(0, int(seconds * rate), samples):
            frame = av.AudioFrame(format="s16", layout="mono", samples=samples)
            frame.sample_rate, frame.pts = rate, began
            tone = [int(8000 * math.sin((began + n) / 20)) for n in range(samples)]
            frame.planes[0].update(struct.pack(f"<{samples}h", *tone))
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return out.getvalue()


def emptied(song: bytes) -> bytes:
    """An MP4 as it was, but for its sound, of which nothing is left that could be decoded."""
    at = song.index(b"mdat")
    length = int.from_bytes(song[at - 4 : at], "big")
    return song[: at + 4] + b"\xff" * (length - 8) + song[at - 4 + length :]


def long_wav(seconds: int) -> bytes:
    """A WAV as small as one can be, whose head claims a second."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(4000)
        file.writeframes(bytes(4000 * seconds))
    return out.getvalue()


def silent_film() -> bytes:
    """A film without sound."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as target:
        stream = target.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 32, 32, "yuv420p"
        for _ in range(3):
            target.mux(stream.encode(av.VideoFrame(32, 32, "yuv420p")))
        target.mux(stream.encode(None))
    return out.getvalue()

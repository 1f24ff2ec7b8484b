"""What the reader's process makes of each format; its functions called here, where no limit is set."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from bot.files import child
from tests.files import making

RUSSIAN = "Привет, мир! Как дела?\nЭто обычный текст, в нём две строки."


def read(data: bytes, characters: int = 10_000) -> str:
    return child.text(data, characters)[1].decode()


def declined(data: bytes) -> str:
    with pytest.raises(child.Declined) as raised:
        child.text(data, 10_000)
    return str(raised.value)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251", "koi8-r", "cp866"]
)
def test_a_text_is_read_whatever_its_encoding(encoding: str) -> None:
    assert read(RUSSIAN.encode(encoding)) == RUSSIAN


def test_of_a_long_text_whole_lines_are_counted() -> None:
    head, said = child.text(b"\n".join(b"line %d" % n for n in range(1000)), 70)
    assert (head["unit"], head["read"], head["total"], head["whole"]) == ("lines", 10, 1000, False)
    assert said.decode().splitlines()[-1] == "line 9"


def test_a_text_that_is_read_to_its_end_is_whole() -> None:
    head, _ = child.text(b"one\ntwo\n", 100)
    assert (head["read"], head["total"], head["whole"]) == (2, 2, True)


def test_of_one_line_longer_than_all_that_fits_the_beginning_is_read() -> None:
    head, said = child.text(b"a" * 500, 100)
    assert (len(said), head["whole"]) == (100, False)
    assert (head["unit"], head["read"], head["total"]) == ("percent", 20, 100)


def test_of_a_text_cut_in_a_line_the_share_is_told_in_percents() -> None:
    head, said = child.text(b"one\n" + b"a" * 96 + b"\ntwo\nthree", 40)
    assert (head["unit"], head["read"], said) == ("percent", 34, b"one\n" + b"a" * 36)


def test_lines_that_just_fit_are_read_and_told_to_the_last() -> None:
    head, said = child.text(b"one\ntwo\nthree", 7)
    assert (head["unit"], head["read"], head["total"], said) == ("lines", 2, 3, b"one\ntwo")
    head, _ = child.text(b"one\ntwo", 7)
    assert head["whole"]


def test_a_pdf_is_read_by_pages() -> None:
    data = making.pdf("First page", "Second page", "Third page")
    assert child.text(data, 1000) == (
        {"unit": "pages", "read": 3, "total": 3, "whole": True},
        b"First page\nSecond page\nThird page",
    )
    head, said = child.text(data, 15)
    assert (head["unit"], head["read"], head["total"], said) == ("pages", 1, 3, b"First page")
    head, said = child.text(data, 5)
    assert (head["unit"], head["read"], said) == ("percent", 17, b"First")


def test_a_pdf_without_a_text_layer_says_so() -> None:
    assert declined(making.pdf("", "")) == "no_text"


def test_a_pdf_with_a_password_says_so() -> None:
    assert declined(making.pdf("secret", encrypted=True)) == "password"


def test_a_docx_is_read_in_its_order_with_its_tables() -> None:
    data = making.word("Договор", "Пункт первый", table=[["Товар", "Цена"], ["Чай", "100 ₽"]])
    assert read(data) == "Договор\nПункт первый\nТовар | Цена\nЧай | 100 ₽"


def test_of_html_what_a_reader_sees_is_read() -> None:
    page = (
        "<!DOCTYPE html><html><head><title>т</title><style>a{}</style></head><body><h1>Заголовок</h1>"
        "<p>Текст <b>жирный</b> и <a href='x'>ссылка</a>.<!-- нет --><ul><li>раз<li>два</ul>"
        "<script>bad()</script>хвост"
    )
    assert read(page.encode()) == "Заголовок\nТекст жирный и ссылка.\nраз\nдва\nхвост"


def test_code_with_tags_in_it_is_no_page() -> None:
    assert read(b"x = '<html>'\ny = 2") == "x = '<html>'\ny = 2"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (bytes(range(256)) * 40, "not_text"),
        (b"\x7fELF" + b"text " * 100, "not_text"),
        (making.picture(10, 10), "not_text"),
        (making.zip_bomb(), "too_heavy"),
    ],
)
def test_what_is_no_text_is_told_apart(data: bytes, why: str) -> None:
    assert declined(data) == why


def test_an_archive_that_is_no_document_is_not_read() -> None:
    assert declined(making.word("x").replace(b"word/document.xml", b"word/documint.xml")) == "not_text"


def shown(
    data: bytes, *, side: int = 1600, most_bytes: int = 1_000_000
) -> tuple[dict[str, object], Image.Image]:
    head, payload = child.picture(data, side=side, most_bytes=most_bytes)
    return head, Image.open(io.BytesIO(payload))


def test_a_large_picture_is_scaled_down_and_a_small_one_is_not() -> None:
    head, _ = shown(making.picture(6000, 3000))
    assert head == {"mime_type": "image/jpeg", "width": 1600, "height": 800}
    head, _ = shown(making.picture(640, 480, "PNG"))
    assert head == {"mime_type": "image/png", "width": 640, "height": 480}


def test_a_png_that_stays_large_becomes_a_jpeg() -> None:
    head, _ = shown(making.noise(1000), most_bytes=100_000)
    assert head["mime_type"] == "image/jpeg"


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_where_a_picture_was_taken_stays_behind_and_it_stands_upright(kind: str) -> None:
    head, image = shown(making.picture(400, 300, kind, exif=True))
    assert (head["width"], head["height"]) == (300, 400)
    assert dict(image.getexif()) == {}
    assert "exif" not in image.info


@pytest.mark.parametrize("kind", ["WEBP", "GIF", "BMP"])
def test_other_kinds_of_picture_become_jpegs(kind: str) -> None:
    head, image = shown(making.picture(50, 40, kind))
    assert (head["mime_type"], image.format) == ("image/jpeg", "JPEG")


def test_a_picture_of_too_many_pixels_is_too_heavy() -> None:
    with pytest.raises(child.Declined, match="too_heavy"):
        child.picture(making.huge_picture(), side=1600, most_bytes=1_000_000)


@pytest.mark.parametrize(("container", "codec"), [("mp4", "aac"), ("mp3", "libmp3lame"), ("ogg", "libopus")])
def test_the_sound_of_any_recording_becomes_ogg(container: str, codec: str) -> None:
    head, said = child.audio(making.sound(2, container, codec), most_s=10)
    assert abs(head["duration_s"] - 2) < 0.2
    assert said.startswith(b"OggS")


def test_a_film_without_sound_and_one_that_is_too_long_say_so() -> None:
    with pytest.raises(child.Declined, match="no_sound"):
        child.audio(making.silent_film(), most_s=10)
    with pytest.raises(child.Declined, match="too_long"):
        child.audio(making.sound(3), most_s=1)


def test_songs_one_after_the_other_are_as_long_as_all_of_them_whatever_the_first_one_claims() -> None:
    songs = making.sound(1, "mp3", "libmp3lame") * 4
    assert child.audio(songs, most_s=10)[0]["duration_s"] > 3.5
    with pytest.raises(child.Declined, match="too_long"):
        child.audio(songs, most_s=3)


def test_what_claims_to_be_a_song_and_has_no_sound_says_so() -> None:
    with pytest.raises(child.Declined, match="no_sound"):
        child.audio(making.emptied(making.sound(1)), most_s=10)

"""A mail put together from parts that were fetched one by one."""

from app.mail.message import TextPart, read_parts

HEADER = b"From: jonas@keller-maschinen.example\r\nSubject: Hallo\r\nContent-Type: multipart/mixed\r\n\r\n"


def plain(payload: bytes, content_type: str = "text/plain", *, cut: bool = False) -> TextPart:
    return TextPart(content_type, "utf-8", "8bit", payload, cut)


def markup(payload: bytes) -> TextPart:
    return TextPart("text/html", "utf-8", "quoted-printable", payload, cut=False)


def test_header_and_parts_give_one_message() -> None:
    message = read_parts(HEADER, [plain(b"Guten Tag"), markup(b"<p>Guten <b>Tag</b></p>")])
    assert (message.subject, message.text, message.html) == ("Hallo", "Guten Tag", "<p>Guten <b>Tag</b></p>")


def test_html_alone_becomes_the_text() -> None:
    assert read_parts(HEADER, [plain(b" \r\n"), markup(b"<p>Gr=C3=BC=C3=9Fe</p>")]).text == "Grüße"


def test_parameters_of_the_type_are_used() -> None:
    assert read_parts(HEADER, [plain(b"one \r\ntwo", "text/plain; format=flowed")]).text == "one two"


def test_leaves_that_were_not_fetched_are_counted() -> None:
    files = [
        TextPart("application/pdf", None, "base64", b"", cut=False, attached=True),
        TextPart("text/plain", None, "base64", b"", cut=False, attached=True),
        TextPart("image/png", None, "base64", b"", cut=False),
        TextPart("application/pgp-signature", None, "7bit", b"", cut=False, attached=True),
        TextPart("text/calendar; method=REQUEST", None, "7bit", b"", cut=False),
    ]
    message = read_parts(HEADER, files)
    assert (message.attachments, message.has_calendar, message.text) == (2, True, "")


def test_a_part_cut_inside_a_character_ends_before_it() -> None:
    message = read_parts(HEADER, [plain("Viele Grüße ü".encode()[:-1], cut=True)])
    assert message.text == "Viele Grüße"
    assert message.defects == ("part_cut",)


def test_a_part_cut_inside_base64_ends_before_the_broken_group() -> None:
    part = TextPart("text/plain", "utf-8", "base64", b"R3XDn2UgYXVzIEvDtmxuI", cut=True)
    assert read_parts(HEADER, [part]).text == "Guße aus Köln"


def test_a_header_without_its_last_blank_line_is_enough() -> None:
    assert read_parts(b"Message-ID: <a@b.example>", ()).message_id == "<a@b.example>"

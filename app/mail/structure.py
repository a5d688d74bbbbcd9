"""The MIME tree of a mail as its leaves, in order (RFC 2046); bounded in depth and number, linear in the size."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from app.mail.headers import HeaderBlock, read_header_block, read_parameters

DEPTH_LIMIT: Final = 12
PARTS_LIMIT: Final = 500
PAYLOAD_LIMIT: Final = 1 << 20
PART_FIELDS: Final = frozenset({"content-type", "content-transfer-encoding", "content-disposition", "content-id"})

_TYPE: Final = re.compile(
    r"(?:text|multipart|message|application|image|audio|video|font|model|x-[\w-]+)/[\w.+-]+", re.ASCII
)
_GUESSED_BOUNDARY: Final = re.compile(rb"^--(\S{1,200})[ \t]*\r?\nContent-", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TextPart:
    """One leaf of a mail's MIME tree, as fetched on its own.

    `content_type` may carry parameters (`text/plain; format=flowed; delsp=yes`); `payload` is still transfer-encoded
    and may be empty for a leaf that was not fetched; `cut` says that the payload is only the beginning; `attached`
    marks a leaf that is a file of its own (Content-Disposition: attachment, or a file name; not a picture that HTML
    shows by its Content-ID) and is only counted;
    `alternative` says that an HTML leaf may be another form of the plain text beside it.
    """

    content_type: str
    charset: str | None
    transfer_encoding: str
    payload: bytes
    cut: bool
    attached: bool = False
    alternative: bool = True


class MimeTree:
    """Reads the leaves of one mail; `defects` fills while they are read."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._leaves = 0
        self.defects: list[str] = []

    def leaves(self, header: HeaderBlock, stop: int, within: tuple[str, ...] = ()) -> Iterator[TextPart]:
        """The leaves below the entity of this header, whose body ends at `stop`; `within` are the types around it."""
        content_type = header.raw("content-type").decode("latin-1")
        kind, parameters = read_parameters(content_type)
        if not _TYPE.fullmatch(kind):
            content_type = kind = "message/rfc822" if within[-1:] == ("multipart/digest",) else "text/plain"
        if not kind.startswith("multipart/"):
            yield from self._leaf(header, stop, content_type, within)
        elif len(within) >= DEPTH_LIMIT:
            self.defects.append("too_deep")
            yield from self._leaf(header, stop, content_type, within)
        elif spans := self._find_spans(parameters.get("boundary", ""), header.end, stop):
            yield from self._descend(spans, (*within, kind))
        else:
            self.defects.append("no_boundary")
            yield from self._leaf(header, stop, "text/plain", within)

    def _descend(self, spans: list[tuple[int, int]], within: tuple[str, ...]) -> Iterator[TextPart]:
        for start, stop in spans:
            if self._leaves >= PARTS_LIMIT:
                self.defects.append("too_many_parts")
                return
            block = read_header_block(self._raw, PART_FIELDS.__contains__, start, stop)
            yield from self.leaves(block, stop, within)

    def _find_spans(self, boundary: str, start: int, stop: int) -> list[tuple[int, int]]:
        spans = self._split(boundary, start, stop) if boundary else []
        guessed = None if spans else _GUESSED_BOUNDARY.search(self._raw, start, stop)
        return self._split(guessed[1].decode("latin-1"), start, stop) if guessed else spans

    def _split(self, boundary: str, start: int, stop: int) -> list[tuple[int, int]]:
        return list(islice(self._find_parts(boundary, start, stop), PARTS_LIMIT + 1))

    def _find_parts(self, boundary: str, start: int, stop: int) -> Iterator[tuple[int, int]]:
        mark = boundary.rstrip().encode("latin-1")
        delimiter = re.compile(rb"^--" + re.escape(mark) + rb"(--)?[ \t]*\r*$\n?", re.MULTILINE)
        begin: int | None = None
        for match in delimiter.finditer(self._raw, start, stop):
            if begin is not None:
                yield begin, match.start()
            begin = None if match[1] else match.end()
            if match[1]:
                return
        if begin is not None:
            yield begin, stop

    def _leaf(self, header: HeaderBlock, stop: int, content_type: str, within: tuple[str, ...]) -> Iterator[TextPart]:
        self._leaves += 1
        kind, parameters = read_parameters(content_type)
        disposition, file = read_parameters(header.raw("content-disposition").decode("latin-1"))
        # The first leaf is what the writer wrote, even where a mailer gave it a name.
        named = self._leaves > 1 and ("filename" in file or "name" in parameters)
        is_image = kind.startswith("image/")
        embedded = is_image and bool(header.raw("content-id"))
        end = min(stop, header.end + PAYLOAD_LIMIT) if kind.startswith("text/") else header.end
        yield TextPart(
            content_type=content_type,
            charset=parameters.get("charset"),
            transfer_encoding=header.raw("content-transfer-encoding").decode("latin-1"),
            payload=self._raw[header.end : end],
            cut=header.end < end < stop,
            attached=disposition == "attachment" or ((named or is_image) and not embedded),
            alternative="multipart/alternative" in within,
        )

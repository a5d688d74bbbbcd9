"""The parts of a message as BODYSTRUCTURE tells them (RFC 3501 7.4.2), and which of them are worth fetching."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from app.mail.message import TextPart

MOST_LEAVES = 500
DEEPEST = 30

PART_LIMIT = 65_536
MOST_TEXTS = 10
STUB = 512

PLAIN = frozenset({"text/plain"})
MARKED_UP = frozenset({"text/html", "text/enriched", "text/richtext"})


@dataclass(frozen=True, slots=True)
class Leaf:
    """One part that is not a multipart.

    `path` is its part specifier, such as `1.2`; `size` counts encoded octets; `attached` and `alternative` are those
    of `TextPart`.
    """

    path: str
    kind: str
    parameters: dict[str, str]
    transfer_encoding: str
    size: int
    attached: bool
    alternative: bool

    @property
    def is_text(self) -> bool:
        """Whether this is something to read and not a file."""
        return not self.attached and self.kind in PLAIN | MARKED_UP

    def part(self, payload: bytes = b"") -> TextPart:
        """The leaf with what was fetched of it."""
        flowing = "".join(
            f"; {name}={self.parameters[name]}" for name in ("format", "delsp") if name in self.parameters
        )
        return TextPart(
            content_type=self.kind + flowing,
            charset=self.parameters.get("charset"),
            transfer_encoding=self.transfer_encoding,
            payload=payload,
            cut=len(payload) >= PART_LIMIT,
            attached=self.attached,
            alternative=self.alternative,
        )


def read_structure(structure: Any) -> tuple[Leaf, ...]:
    """The leaves of a parsed BODYSTRUCTURE, an enclosed message as one; raises ValueError where it is malformed."""
    leaves: list[Leaf] = []
    for path, node, alternative in _walk(structure, (), False):
        leaves.append(_leaf(node, path or (1,), first=not leaves, alternative=alternative))
        if len(leaves) > MOST_LEAVES:
            raise ValueError("too many parts")
    # A server that did not find the boundaries describes parts without content.
    if not any(leaf.size for leaf in leaves):
        raise ValueError("malformed: no content")
    return tuple(leaves)


def wanted(leaves: Sequence[Leaf]) -> list[Leaf]:
    """The leaves to fetch: plain text; HTML where there is no plain text or only a stub ("your program cannot show"),
    and where it is small.

    What HTML adds to the plain text, such as tracking links and pixels, stands at its end, so beside plain text a cut
    HTML part would cost bytes for nothing.
    """
    plain = [leaf for leaf in leaves if leaf.is_text and leaf.kind in PLAIN][:MOST_TEXTS]
    marked_up = [leaf for leaf in leaves if leaf.is_text and leaf.kind in MARKED_UP][:MOST_TEXTS]
    if sum(leaf.size for leaf in plain) < STUB:
        return plain + marked_up
    return plain + [leaf for leaf in marked_up if leaf.size < PART_LIMIT]


def _walk(
    node: Any, path: tuple[int, ...], alternative: bool
) -> Iterator[tuple[tuple[int, ...], tuple[Any, ...], bool]]:
    if len(path) > DEEPEST or not isinstance(node, tuple) or not node:
        raise ValueError("malformed structure")
    if not isinstance(node[0], list):
        yield path, node, alternative
        return
    if len(node) < 2:
        raise ValueError("malformed structure")
    alternative = alternative or _text(node[1]).lower() == "alternative"
    for number, child in enumerate(node[0], start=1):
        yield from _walk(child, (*path, number), alternative)


def _leaf(node: tuple[Any, ...], path: tuple[int, ...], *, first: bool, alternative: bool) -> Leaf:
    if len(node) < 7 or not isinstance(node[0], bytes) or not isinstance(node[1], bytes):
        raise ValueError("malformed part")
    kind = f"{_text(node[0])}/{_text(node[1])}".lower()
    parameters = _parameters(node[2])
    disposition, file = _disposition(kind, node)
    named = not first and any(name.startswith(("name", "filename")) for name in parameters | file)
    is_image = kind.startswith("image/")
    embedded = is_image and node[3] is not None
    return Leaf(
        path=".".join(map(str, path)),
        kind=kind,
        parameters=parameters,
        transfer_encoding=_text(node[5]).lower() or "7bit",
        size=node[6] if isinstance(node[6], int) else 0,
        attached=disposition == "attachment" or ((named or is_image) and not embedded),
        alternative=alternative,
    )


def _disposition(kind: str, node: tuple[Any, ...]) -> tuple[str, dict[str, str]]:
    # Behind the seven basic fields a text has its lines, a message its envelope, structure and lines; then the MD5.
    position = 11 if kind == "message/rfc822" else 9 if kind.startswith("text/") else 8
    value = node[position] if len(node) > position else None
    if not isinstance(value, tuple) or not value:
        return "", {}
    return _text(value[0]).lower(), _parameters(value[1]) if len(value) > 1 else {}


def _parameters(value: Any) -> dict[str, str]:
    if not isinstance(value, tuple):
        return {}
    return {_text(name).lower(): _text(text) for name, text in zip(value[::2], value[1::2], strict=False)}


def _text(value: Any) -> str:
    return value.decode("ascii", "replace") if isinstance(value, bytes) else "" if value is None else str(value)

"""Tests of BODYSTRUCTURE: leaves, paths, and what is worth fetching."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from imapclient.response_types import BodyData

from app.mail.imap_structure import PART_LIMIT, Leaf, read_structure, wanted


def text(subtype: bytes, size: int = 100, *, name: bytes | None = None, disposition: Any = None) -> tuple[Any, ...]:
    parameters = (b"CHARSET", b"utf-8") + ((b"NAME", name) if name else ())
    return (b"TEXT", subtype, parameters, None, None, b"QUOTED-PRINTABLE", size, 3, None, disposition, None, None)


def file(disposition: Any = None, *, content_id: bytes | None = None, kind: bytes = b"APPLICATION") -> tuple[Any, ...]:
    return (kind, b"PDF", (b"NAME", b"a.pdf"), content_id, None, b"BASE64", 90_000, None, disposition, None, None)


def multipart(subtype: bytes, *parts: tuple[Any, ...]) -> tuple[Any, ...]:
    return (*parts, subtype, None, None, None)


def leaves(*structure: Any) -> tuple[Leaf, ...]:
    return read_structure(BodyData.create(structure))


def test_a_simple_message_is_one_leaf_with_path_1() -> None:
    (leaf,) = leaves(*text(b"PLAIN"))
    assert (leaf.path, leaf.kind, leaf.parameters["charset"]) == ("1", "text/plain", "utf-8")
    assert (leaf.transfer_encoding, leaf.size, leaf.attached) == ("quoted-printable", 100, False)


def test_paths_count_through_nested_multiparts() -> None:
    body = multipart(b"ALTERNATIVE", text(b"PLAIN"), multipart(b"RELATED", text(b"HTML"), file(kind=b"IMAGE")))
    found = leaves(*multipart(b"MIXED", body, file((b"ATTACHMENT", (b"FILENAME", b"a.pdf")))))
    assert [leaf.path for leaf in found] == ["1.1", "1.2.1", "1.2.2", "2"]
    assert [leaf.alternative for leaf in found] == [True, True, True, False]
    assert [leaf.path for leaf in wanted(found)] == ["1.1", "1.2.1"]


def test_an_enclosed_message_is_one_leaf() -> None:
    inner = (b"MESSAGE", b"RFC822", None, None, None, b"7BIT", 500, (b"date",) * 10, text(b"PLAIN"), 9, None, None)
    found = leaves(*multipart(b"MIXED", text(b"PLAIN"), inner))
    assert [(leaf.path, leaf.kind) for leaf in found] == [("1", "text/plain"), ("2", "message/rfc822")]


@pytest.mark.parametrize(
    ("part", "attached"),
    [
        (text(b"PLAIN"), False),
        (text(b"PLAIN", disposition=(b"INLINE", None)), False),
        (text(b"PLAIN", disposition=(b"attachment", None)), True),
        (text(b"PLAIN", name=b"log.txt"), True),
        (text(b"PLAIN", disposition=(b"inline", (b"FILENAME*0*", b"log"))), True),
        (file(), True),
        (file(kind=b"IMAGE"), True),
        (file(kind=b"IMAGE", content_id=b"<logo>"), False),
    ],
)
def test_a_named_part_behind_the_first_is_a_file_unless_html_shows_it(part: tuple[Any, ...], attached: bool) -> None:
    found = leaves(*multipart(b"MIXED", text(b"PLAIN", name=b"body.txt"), part))
    assert [leaf.attached for leaf in found] == [False, attached]


def sizes(*pairs: tuple[bytes, int]) -> list[int]:
    return [leaf.size for leaf in wanted(leaves(*multipart(b"ALTERNATIVE", *(text(*pair) for pair in pairs))))]


def test_small_html_is_fetched_beside_plain_text_and_large_html_is_not() -> None:
    assert sizes((b"PLAIN", 900), (b"HTML", PART_LIMIT - 1)) == [900, PART_LIMIT - 1]
    assert sizes((b"PLAIN", 900), (b"HTML", PART_LIMIT)) == [900]


def test_large_html_is_fetched_where_plain_text_is_missing_or_a_stub() -> None:
    assert sizes((b"HTML", PART_LIMIT)) == [PART_LIMIT]
    assert sizes((b"PLAIN", 90), (b"HTML", PART_LIMIT)) == [90, PART_LIMIT]


def test_only_the_first_few_texts_are_fetched() -> None:
    assert sizes(*[(b"PLAIN", 900)] * 30) == [900] * 10


def test_flowed_text_keeps_its_parameters() -> None:
    part = (b"text", b"plain", (b"format", b"flowed", b"delsp", b"yes", b"x", b"y"), None, None, b"8bit", 3, 1)
    (leaf,) = leaves(*part)
    assert leaf.part(b"abc").content_type == "text/plain; format=flowed; delsp=yes"


@pytest.mark.parametrize(
    "structure",
    [
        None,
        (),
        (None, b"MIXED"),
        (b"MIXED", None),
        (b"TEXT", b"PLAIN", None, None, None, b"7BIT"),
        (b"TEXT", None, None, None, None, b"7BIT", 3),
        ([],),
        ([text(b"PLAIN", 0)], b"MIXED"),
    ],
)
def test_a_malformed_structure_is_a_value_error(structure: Any) -> None:
    with pytest.raises(ValueError, match="malformed"):
        read_structure(structure)


def test_a_structure_of_endless_depth_or_breadth_is_refused() -> None:
    deep: tuple[Any, ...] = text(b"PLAIN")
    for _ in range(50):
        deep = multipart(b"MIXED", deep)
    with pytest.raises(ValueError, match="malformed"):
        leaves(*deep)
    with pytest.raises(ValueError, match="too many"):
        leaves(*multipart(b"MIXED", *[text(b"PLAIN")] * 1000))


anything = st.recursive(
    st.none() | st.integers() | st.binary(max_size=8),
    lambda inner: st.lists(inner, max_size=12).map(tuple) | st.lists(inner, max_size=4),
)


@given(anything)
def test_nothing_but_a_value_error_comes_out_of_a_malformed_structure(structure: Any) -> None:
    with suppress(ValueError):
        read_structure(structure)


def test_odd_fields_are_borne() -> None:
    odd = (b"TEXT", b"PLAIN", b"odd", None, None, None, b"many", None, None, b"odd")
    leaf, _ = leaves(*multipart(b"MIXED", odd, text(b"PLAIN")))
    assert (leaf.parameters, leaf.transfer_encoding, leaf.size, leaf.attached) == ({}, "7bit", 0, False)

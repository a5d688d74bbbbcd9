"""What the sealing promises."""

import pytest

from app.store.errors import KeyMissing, Tampered
from app.store.vault import DataVault, KeyRing, decode_keys, encode_key, new_key, seal, unseal


def test_a_sealed_value_opens_at_its_own_place_only() -> None:
    key = new_key()
    sealed = seal(key, "send/1/envelope", b"Angebot")
    assert unseal(key, "send/1/envelope", sealed) == b"Angebot"
    with pytest.raises(Tampered):
        unseal(key, "send/2/envelope", sealed)


def test_a_changed_or_cut_value_is_refused() -> None:
    key = new_key()
    sealed = seal(key, "p", b"Angebot")
    for broken in (sealed[:-1], sealed[:5], b"", sealed[:-1] + bytes([sealed[-1] ^ 1])):
        with pytest.raises(Tampered):
            unseal(key, "p", broken)


def test_the_same_value_is_never_sealed_the_same_way_twice() -> None:
    key = new_key()
    assert seal(key, "p", b"x") != seal(key, "p", b"x")


def test_an_older_key_of_the_ring_still_unwraps_and_the_first_one_wraps() -> None:
    old, new = new_key(), new_key()
    wrapped = KeyRing([old]).wrap_new("rep/1")
    opened = KeyRing([new, old]).unwrap("rep/1", wrapped)
    assert opened.index("word", "weber") == KeyRing([old]).unwrap("rep/1", wrapped).index("word", "weber")
    with pytest.raises(KeyMissing, match="ZURUF_SECRET_KEY"):
        KeyRing([old]).unwrap("rep/1", KeyRing([new, old]).wrap_new("rep/1"))


def test_look_ups_differ_by_rep_kind_and_value() -> None:
    one, other = DataVault(new_key()), DataVault(new_key())
    seen = {one.index("word", "weber"), one.index("address", "weber"), one.index("word", "lang")}
    assert len(seen | {other.index("word", "weber")}) == 4
    assert one.derive("a") != one.derive("b")


def test_text_that_is_no_valid_unicode_survives() -> None:
    vault = DataVault(new_key())
    assert vault.unseal_text("p", vault.seal_text("p", "a\udcffb")) == "a\udcffb"


@pytest.mark.parametrize(("text", "says"), [("", "no key is set"), ("AAAA", "key 1"), ("%%%", "key 1")])
def test_a_key_that_is_none_is_named(text: str, says: str) -> None:
    with pytest.raises(KeyMissing, match=says):
        decode_keys(text)


def test_keys_are_read_one_a_line() -> None:
    keys = [new_key(), new_key()]
    assert decode_keys("\n".join(encode_key(key) for key in keys) + "\n") == keys

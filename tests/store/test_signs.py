"""The bits that stand for the reasons of a judgement."""

from app.store import kept_back
from app.store.engine import Database
from app.store.schema import Send
from app.store.signs import CODES, bit_of, signs_of
from app.texts.reasons import SPEAKS_AGAINST
from tests.web.seed import Seeded


def test_every_code_has_a_bit_of_its_own_that_a_column_can_hold() -> None:
    assert len({bit_of(code) for code in CODES}) == len(CODES)
    assert set(CODES) >= SPEAKS_AGAINST
    assert signs_of({"code": code} for code in CODES) < 2**31


def test_a_code_of_another_version_has_none() -> None:
    assert signs_of([{"code": "style"}, {"code": "new"}]) == bit_of("style")


def test_the_signs_change_with_the_reasons(database: Database, jonas: Seeded) -> None:
    with database.writing() as session:
        kept_back.keep_back(session.get_one(Send, jonas.sends["lone"]), kept_back.ALLOWED)
    with database.reading() as session:
        send = session.get_one(Send, jonas.sends["lone"])
    assert send.signs & bit_of("allowed")
    assert send.signs == signs_of(send.reasons)

"""The reasons of a judgement in words."""

import pytest

from app.texts import LANGUAGES, translator
from app.texts.reasons import SPEAKS_AGAINST, Facts, reason_text
from classifier.phrases import ROUTINES

REASONS: dict[str, Facts] = {
    "same_text": {"siblings": 8, "recipients": 9, "percent": 94, "days": 12},
    "style": {"percent": 91.4},
    "sales_phrases": {"count": 3},
    "call_to_action": {},
    "opt_out": {},
    "merge_field": {"count": 1},
    "many_recipients": {"count": 12},
    "hidden_recipients": {"count": 12},
    "unsubscribe_header": {},
    "tracking_pixel": {},
    "tracking_links": {"count": 2},
    "sequence_tool": {"tool": "lemlist"},
    "reply": {},
    "internal": {},
    "routine_note": {"kind": "invoice"},
    "calendar": {},
    "known_recipient": {"count": 4},
    "earlier_contact": {"count": 2},
    "automatic": {},
    "excluded": {},
    "allowed": {},
    "not_for_person": {},
    "style_refused": {"count": 2},
}


@pytest.mark.parametrize(("code", "facts"), REASONS.items(), ids=REASONS.keys())
def test_every_reason_is_one_sentence_in_both_languages(code: str, facts: Facts) -> None:
    english, german = (reason_text(translator(language), code, facts) for language in ("en", "de"))
    assert english != german
    assert code not in english
    assert all(sentence.endswith(".") and "%(" not in sentence for sentence in (english, german))


def test_the_numbers_of_a_reason_are_named() -> None:
    sentence = reason_text(translator("de"), "same_text", REASONS["same_text"])
    assert sentence == "94 % des Textes stehen auch in 8 anderen Mails der letzten 12 Tage."


def test_large_numbers_are_written_as_the_language_writes_them() -> None:
    sentences = [reason_text(translator(one), "hidden_recipients", {"count": 10_000}) for one in LANGUAGES]
    assert sentences == ["10.000 Personen standen in Blindkopie (Bcc).", "10,000 recipients were hidden (Bcc)."]


def test_a_personal_wording_speaks_against() -> None:
    assert reason_text(translator("en"), "style", {"percent": 3}).startswith("Against it")


def test_every_kind_of_routine_note_has_its_own_words() -> None:
    for language in ("en", "de"):
        plain, *named = (reason_text(translator(language), "routine_note", {"kind": kind}) for kind in ("?", *ROUTINES))
        assert len({plain, *named}) == 1 + len(ROUTINES)


def test_the_kind_of_a_routine_note_is_named() -> None:
    sentence = reason_text(translator("de"), "routine_note", {"kind": "absence"})
    assert sentence == "Dagegen spricht: Es geht um Alltägliches (Abwesenheit oder Schließtage)."


def test_one_is_singular() -> None:
    assert reason_text(translator("en"), "tracking_links", {"count": 1}) == "1 link reports clicks."


def test_reasons_against_a_flag_say_so() -> None:
    spoken = {code: reason_text(translator("en"), code, facts) for code, facts in REASONS.items()}
    assert {code for code, text in spoken.items() if text.startswith(("Against", "Not judged"))} == SPEAKS_AGAINST


def test_a_reason_of_another_version_is_named() -> None:
    assert reason_text(translator("en"), "moon_phase", {}) == "Another sign: moon_phase."

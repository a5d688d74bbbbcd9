"""Named phrases and routine notes."""

import pytest

from classifier.own_text import subject_words
from classifier.phrases import LANGUAGES, ROUTINES, find_phrases, load_phrases
from classifier.routine import Routine, find_foreign_routine, find_routine


def kinds(text: str, language: str) -> set[str]:
    return {found.kind for found in find_phrases(text.split(), language)}


def read(text: str, language: str, subject: str = "") -> Routine | None:
    words = text.split()
    return find_routine(subject_words(subject), find_phrases(words, language), len(words), language)


@pytest.mark.parametrize(
    ("language", "text", "kind"),
    [
        ("de", "wir helfen betrieben", "sales_phrases"),
        ("de", "hätten sie kurz zeit", "call_to_action"),
        ("de", "dann melde ich mich nicht mehr", "opt_out"),
        ("de", "wie besprochen schicke ich den plan", "earlier_contact"),
        ("en", "we help companies like yours", "sales_phrases"),
        ("en", "would you be open to a quick call", "call_to_action"),
        ("en", "you can unsubscribe any time", "opt_out"),
        ("en", "as discussed here is the plan", "earlier_contact"),
    ],
)
def test_a_phrase_is_found_by_its_kind(language: str, text: str, kind: str) -> None:
    assert kind in kinds(text, language)


def test_a_wildcard_stands_for_exactly_one_word() -> None:
    assert "earlier_contact" in kinds("mit hubert gesprochen", "de")
    assert "earlier_contact" not in kinds("mit ihm und hubert gesprochen", "de")


def test_the_longest_phrase_of_a_kind_is_counted_once() -> None:
    found = [one for one in find_phrases(["kostenlos", "und", "unverbindlich"], "de") if one.kind == "sales_phrases"]
    assert [(one.start, one.end) for one in found] == [(0, 3)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_phrase_is_found_in_an_empty_text(language: str) -> None:
    assert find_phrases((), language) == []
    assert load_phrases(language).next


def test_an_invoice_with_its_number_is_a_clear_routine_note() -> None:
    words = ["anbei", "erhalten", "sie", "unsere", "rechnung", "•"]
    routine = find_routine(subject_words("Rechnung 2025-117"), find_phrases(words, "de"), len(words), "de")
    assert routine is not None
    assert (routine.kind, routine.strength) == ("invoice", 6.0)


def test_a_word_of_routine_in_a_long_text_means_little() -> None:
    words = ["zahlungserinnerung", *["wort"] * 599]
    routine = find_routine(["neues"], find_phrases(words, "de"), len(words), "de")
    assert routine is not None
    assert routine.strength < 0.5


@pytest.mark.parametrize(
    ("language", "text", "kind"),
    [
        ("de", "unsere rechnung vom • ist noch offen bitte überweisen sie den betrag", "invoice"),
        ("de", "ihre bestellung ist eingetroffen den lieferschein legen wir bei", "delivery"),
        ("de", "anbei das protokoll der sitzung einwände bitte bis •", "report"),
        ("de", "leider müssen wir den termin absagen neuer termin wäre der •", "scheduling"),
        ("de", "ich bin bis • im urlaub in dringenden fällen hilft • weiter", "absence"),
        ("de", "uns fehlt noch ihre unterschrift bitte ausgefüllt und unterschrieben zurück", "documents"),
        ("de", "ihre bewerbung ist eingegangen wir prüfen ihre bewerbungsunterlagen", "application"),
        ("de", "ihr passwort wurde zurückgesetzt ihr zugang ist wieder frei", "access"),
        ("de", "die mitgliederversammlung ist am • der jahresbeitrag wird danach abgebucht", "circular"),
        ("de", "bitte reichen sie ihr angebot bis • ein die vergabestelle beantwortet bieterfragen", "purchasing"),
        ("de", "anbei ihre lieferantenbewertung den massnahmenplan erwartet ihre einkäuferin im werk", "purchasing"),
        ("de", "ihr antrag wurde bewilligt gegen den bescheid läuft die widerspruchsfrist", "documents"),
        ("de", "betroffene chargen aus der rückrufaktion bitte nicht mehr verwenden", "delivery"),
        ("de", "zum ende ihrer probezeit führen wir das probezeitgespräch im personalbüro", "application"),
        ("de", "kolleginnen der frühschicht finden die wählerliste beim wahlvorstand und im intranet", "circular"),
        ("en", "our invoice • remains unpaid please remit by •", "invoice"),
        ("en", "your order has been dispatched the tracking number is •", "delivery"),
        ("en", "minutes of the meeting attached corrections to me by •", "report"),
        ("en", "a reminder that your appointment is on • we look forward to seeing you", "scheduling"),
        ("en", "i'm away until • in my absence please ask •", "absence"),
        ("en", "the form is attached please sign and return one copy", "documents"),
        (
            "en",
            "we received your application for the post and regret to tell you that it was not successful",
            "application",
        ),
        ("en", "your password has been reset your account is locked until then", "access"),
        ("en", "to all residents the service charge for your flat is due at the annual general meeting", "circular"),
        ("en", "please state your unit prices and lead time late tenders stay unopened", "purchasing"),
        ("en", "the goods in our order • were rejected at incoming inspection please credit us", "purchasing"),
        ("en", "nominations are open for your staff representatives and the ballot closes on •", "circular"),
        ("en", "your child needs the consent slip and a packed lunch for the school trip", "circular"),
        ("en", "please stop using the affected batch no receipt is needed", "delivery"),
        ("en", "sign your offer letter and send us two referees before your first day", "application"),
    ],
)
def test_a_short_routine_note_is_clear_by_two_phrases(language: str, text: str, kind: str) -> None:
    found = read(text, language)
    assert found is not None
    assert (found.kind, found.strength > 3.5) == (kind, kind != "scheduling")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_routine_has_phrases(language: str) -> None:
    found: set[str] = set()
    nodes = [load_phrases(language)]
    while nodes:
        node = nodes.pop()
        found |= node.kinds
        nodes.extend(node.next.values())
    assert found >= set(ROUTINES)


def test_one_phrase_means_more_in_a_short_text() -> None:
    short, long = (read(f"zahlungserinnerung {'wort ' * more}", "de") for more in (10, 60))
    assert short is not None
    assert long is not None
    assert short.strength == 2 * long.strength


def test_subject_and_text_agree() -> None:
    alone, agreed = (read(text, "de", "Ihre Bewerbung") for text in ("wort wort", "ihre bewerbung ist eingegangen"))
    assert alone is not None
    assert agreed is not None
    assert alone.strength < agreed.strength == 4.5


def test_a_sales_mail_is_no_routine_note() -> None:
    assert find_routine(["rüstzeiten"], find_phrases(["wir", "helfen", "betrieben"], "de"), 3, "de") is None


def test_an_invoice_in_another_language_is_known_by_its_subject() -> None:
    assert find_foreign_routine("Votre facture") is not None
    assert find_foreign_routine("Votre équipe") is None

"""Quoted and forwarded text of the usual programs."""

import pytest

from classifier.quotes import own_line_numbers


def own(text: str) -> str:
    lines = text.split("\n")
    return "\n".join(lines[number] for number in own_line_numbers(lines))


def test_marked_lines_are_quoted() -> None:
    assert own("Ja, gern.\n\n> Passt es?\n>> Wann?") == "Ja, gern."


@pytest.mark.parametrize(
    "attribution",
    [
        "Am 12.03.2025 um 10:00 schrieb Anna Weber <anna@weber.example>:",
        "Am Mi., 12. März 2025 um 10:00 Uhr schrieb Anna Weber <\nanna@weber.example>:",
        "On Wed, Mar 12, 2025 at 10:00 AM Ben Whitfield <ben@whitfield.example> wrote:",
        "On Wed, Mar 12, 2025,\nBen Whitfield <ben@whitfield.example> wrote:",
        "Anna Weber <anna@weber.example> schrieb am 12. März 2025:",
    ],
)
def test_an_attribution_goes_with_its_quotation(attribution: str) -> None:
    assert own(f"Danke!\n\n{attribution}\n\n> Hallo\n> Welt") == "Danke!"


def test_text_below_a_quotation_is_the_sender_s_own() -> None:
    text = "On Mon, 3 Mar 2025 Ben <b@w.example> wrote:\n> How much?\n\nIt is 40 a piece."
    assert own(text).strip() == "It is 40 a piece."


def test_answers_between_quoted_lines_stay() -> None:
    assert own("> Wann?\nMontag.\n> Wo?\nBei uns.") == "Montag.\nBei uns."


def test_an_outlook_header_block_ends_the_own_text() -> None:
    header = "Von: Anna Weber\nGesendet: Montag\nAn: Jonas Keller\nBetreff: Termin"
    text = f"Passt.\n\n{'_' * 32}\n{header}\n\nHallo"
    assert own(text) == "Passt."


@pytest.mark.parametrize(
    "separator",
    [
        "-----Original Message-----",
        "-----Ursprüngliche Nachricht-----",
        "---------- Forwarded message ---------",
        "Anfang der weitergeleiteten Nachricht:",
    ],
)
def test_a_forward_ends_the_own_text(separator: str) -> None:
    assert own(f"Zur Info.\n\n{separator}\nHallo") == "Zur Info."


def test_a_line_that_only_mentions_writing_is_kept() -> None:
    text = "Wie Herr Lang schrieb:\nDie Halle ist frei."
    assert own(text) == text


def test_a_single_line_that_begins_with_from_is_kept() -> None:
    text = "From: the whole team\nA merry Christmas."
    assert own(text) == text

"""What a live text shares with its copies, and where they differ."""

from classifier import Sample, compare

OFFER = (
    "Guten Tag {greeting},\n\nwir fertigen Frästeile aus Aluminium in fünf Werktagen. Bei {company} sehen wir Bedarf an"
    " {parts}.\nHaben Sie nächste Woche Zeit für ein kurzes Gespräch?\n\nMit freundlichen Grüßen\nJonas Keller\n"
)


def offer(name: str, company: str, parts: str, more: str = "") -> Sample:
    body = OFFER.format(greeting=name, company=company, parts=parts) + more
    address = f"{name.rsplit(maxsplit=1)[-1].lower()}@{company.lower().replace(' ', '-')}.example"
    return Sample("Angebot", body, sender="jonas@keller.example", recipients=(address,), recipient_names=(name,))


ANNA = offer("Anna Weber", "Weber Guss", "Gehäusen")
BORIS = offer("Boris Lang", "Lang Antriebe", "Wellen")
CARLA = offer("Carla Stein", "Stein Bau", "Flanschen")


def marked(sample: Sample, *copies: Sample) -> tuple[list[str], list[str]]:
    """The shared and the differing words."""
    stretches = compare(sample, copies)
    said = [(one.shared, sample.body[one.start : one.end]) for one in stretches]
    return [text for shared, text in said if shared], [text for shared, text in said if not shared]


def test_copies_share_words_around_slots() -> None:
    shared, slots = marked(ANNA, BORIS, CARLA)
    assert shared[:2] == ["wir fertigen Frästeile aus Aluminium in fünf Werktagen. Bei", "sehen wir Bedarf an"]
    assert slots == ["Weber Guss", "Gehäusen"]


def test_greeting_signature_and_quoted_text_stay_unmarked() -> None:
    quoting = offer("Anna Weber", "Weber Guss", "Gehäusen", "\n> wir fertigen Frästeile aus Aluminium in fünf Tagen\n")
    shared, slots = marked(quoting, BORIS)
    assert not any("Grüßen" in text or "Guten Tag" in text or "fünf Tagen" in text for text in [*shared, *slots])


def test_without_copies_nothing_is_marked() -> None:
    assert compare(ANNA, []) == ()


def test_another_mail_shares_nothing() -> None:
    other = Sample("Termin", "Danke für den Anruf von gestern, das Protokoll kommt am Montag mit der Post.")
    assert marked(ANNA, other)[0] == []


def test_a_word_counts_as_shared_where_most_copies_have_it() -> None:
    odd = Sample("Termin", "Etwas ganz anderes steht hier, das mit dem Angebot nichts zu tun hat.")
    assert marked(ANNA, BORIS, CARLA, odd) == marked(ANNA, BORIS, CARLA)
    assert marked(ANNA, BORIS, odd, odd)[0] == []


def test_a_long_passage_of_its_own_is_no_slot() -> None:
    own = ANNA.body.replace(
        "\nHaben", " Ihr Vortrag über Druckguss in Stuttgart hat mir neulich sehr gut gefallen.\nHaben"
    )
    _, slots = marked(Sample("Angebot", own, recipients=ANNA.recipients, recipient_names=ANNA.recipient_names), BORIS)
    assert not any("Stuttgart" in text for text in slots)


def test_stretches_stand_in_order_and_do_not_overlap() -> None:
    stretches = compare(ANNA, [BORIS])
    ends = [0, *(one.end for one in stretches)]
    assert all(end <= one.start < one.end <= len(ANNA.body) for end, one in zip(ends, stretches, strict=False))


def test_only_the_beginning_of_a_very_long_text_is_compared() -> None:
    endless = Sample("", "alpha beta gamma delta " * 2000)
    assert max(one.end for one in compare(endless, [endless])) < 4000


def test_odd_characters_keep_their_places() -> None:
    body = ANNA.body.replace("Aluminium", "Alu\u200bmin\u202eium").replace("\n", "\r\n")
    shared, _ = marked(Sample("Angebot", body, recipients=ANNA.recipients, recipient_names=ANNA.recipient_names), BORIS)
    assert shared[0].startswith("wir fertigen")
    assert shared[0].endswith("Bei")

"""The histories of the two invented reps: believable in shape, invented in every name and number."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache
from itertools import combinations
from zoneinfo import ZoneInfo

import phonenumbers
import pytest

from app.demo.history import build_history
from app.demo.history.world import load_world
from app.demo.mail import DemoMail
from app.texts import Language

NOW = datetime(2026, 11, 23, 9, 20, tzinfo=UTC)
REGIONS = {"de": "DE", "en": "GB"}
# Drama numbers: Bundesnetzagentur (Berlin, Frankfurt, Hamburg, Köln, München, mobile), Ofcom, and 555-01xx in the US.
FICTIONAL = re.compile(
    r"\+49(3023125|6990009|4066969|2214710|8999998)\d{3}|\+49176040690\d\d"
    r"|\+44(2079460|11[3-8]4960|1[2346]14960|7700900)\d{3}|\+1\d{3}55501\d\d"
)
pytestmark = pytest.mark.parametrize("language", ["de", "en"])


@dataclass(frozen=True)
class Read:
    mail: DemoMail
    message: EmailMessage
    text: str

    @property
    def sent(self) -> bool:
        return self.mail.folder == "Sent"


@cache
def history(language: Language) -> list[Read]:
    return [read(mail) for mail in build_history(language, NOW)]


def read(mail: DemoMail) -> Read:
    message = message_from_bytes(mail.raw, _class=EmailMessage, policy=policy.default)
    body = message.get_body(("plain",))
    assert body is not None
    return Read(mail, message, str(body.get_content()))


def personal_texts(language: Language) -> list[str]:
    world = load_world(language)
    talks = [turn.text for talk in world.conversations for turn in talk.turns if turn.from_rep]
    return talks + [mail.body for mail in world.fresh_personal]


def shingles(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return set(zip(*(words[start:] for start in range(3)), strict=False))


def numbers_in(text: str, language: Language) -> Iterable[str]:
    for match in phonenumbers.PhoneNumberMatcher(text, REGIONS[language]):
        yield e164(match.number)


def e164(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def test_the_same_arguments_give_the_same_bytes(language: Language) -> None:
    again = build_history(language, NOW)
    assert again == [read.mail for read in history(language)]
    assert again != build_history(language, NOW, seed=2)


def test_the_sizes_are_those_of_two_busy_months(language: Language) -> None:
    folders = Counter(read.mail.folder for read in history(language))
    assert 250 <= folders["Sent"] <= 350
    assert 60 <= folders["INBOX"] <= 120


def test_three_in_five_sends_are_personal(language: Language) -> None:
    world = load_world(language)
    personal = sum(turn.from_rep for talk in world.conversations for turn in talk.turns)
    assert 0.55 <= personal / sum(read.sent for read in history(language)) <= 0.65


def test_every_template_goes_to_eight_to_forty_people(language: Language) -> None:
    counts = [template.count for template in load_world(language).templates]
    assert len(counts) >= 4
    assert all(8 <= count <= 40 for count in counts)


@pytest.mark.parametrize("now", [NOW, datetime(2026, 3, 1, 23, 59, tzinfo=UTC), datetime(2026, 12, 27, tzinfo=UTC)])
def test_every_mail_was_written_in_working_hours_of_the_last_60_days(language: Language, now: datetime) -> None:
    zone = ZoneInfo(load_world(language).wording["timezone"])
    for mail in build_history(language, now):
        local = mail.internal_date.astimezone(zone)
        assert now - timedelta(days=60) <= mail.internal_date <= now
        assert local.weekday() < 5
        assert 8 <= local.hour < 18


def test_the_mails_come_in_the_order_of_their_dates(language: Language) -> None:
    dates = [read.mail.internal_date for read in history(language)]
    headers = [read.message["Date"].datetime for read in history(language)]
    assert dates == sorted(dates)
    assert headers == [date.replace(microsecond=0) for date in dates]


def test_every_address_and_link_is_invented(language: Language) -> None:
    for read in history(language):
        addresses = " ".join(str(read.message[name] or "") for name in ("From", "To", "Cc", "Message-ID", "References"))
        domains = re.findall(r"(?:@|https?://|www\.)([\w.-]+\w)", f"{addresses} {read.text}")
        assert domains
        assert all(domain.endswith(".example") for domain in domains)


def test_only_fictional_phone_numbers_are_found(language: Language) -> None:
    found = {number for read in history(language) for number in numbers_in(read.text, language)}
    assert len(found) > 25
    assert [number for number in found if not FICTIONAL.fullmatch(number)] == []


def test_every_number_in_the_world_is_fictional(language: Language) -> None:
    for person in load_world(language).people.values():
        for spelling in re.findall(r"[+0][\d ()/-]{8,}\d", person.phone.replace(" / 0", " | 0")):
            assert FICTIONAL.fullmatch(e164(phonenumbers.parse(spelling, REGIONS[language])))


def test_every_business_sender_in_the_inbox_left_the_own_number(language: Language) -> None:
    people = {person.email: person for person in load_world(language).people.values()}
    callable_people = set()
    for read in history(language):
        sender = people.get(read.message["From"].addresses[0].addr_spec)
        if sender is not None and sender.phone:
            assert sender.phone in read.text
            callable_people |= {sender.key} if list(numbers_in(sender.phone, language)) else set()
    assert len(callable_people) >= 20


def test_message_ids_are_unique_and_answers_point_to_earlier_mails(language: Language) -> None:
    seen: set[str] = set()
    answers = 0
    for read in history(language):
        parent = read.message["In-Reply-To"]
        if parent is not None:
            answers += 1
            assert set(read.message["References"].split()) | {parent} <= seen
        assert read.message["Message-ID"] not in seen
        seen.add(str(read.message["Message-ID"]))
    assert answers > 100


@pytest.mark.parametrize("seed", [2, 3, 4])
def test_another_seed_deals_the_same_texts_anew(language: Language, seed: int) -> None:
    other = [read(mail) for mail in build_history(language, NOW, seed)]
    assert Counter(read.sent for read in other) == Counter(read.sent for read in history(language))
    assert {read.message["Message-ID"] for read in other}.isdisjoint(
        read.message["Message-ID"] for read in history(language)
    )


def test_an_answer_quotes_the_mail_it_answers(language: Language) -> None:
    for read in history(language):
        if read.message["In-Reply-To"] is not None and not read.sent:
            assert load_world(language).rep.email in read.text


def test_no_two_personal_texts_are_alike(language: Language) -> None:
    texts = [shingles(text) for text in personal_texts(language)]
    assert len(texts) >= 150
    alike = [len(a & b) / min(len(a), len(b)) for a, b in combinations(texts, 2) if min(len(a), len(b)) >= 5]
    assert max(alike) < 0.2


def test_no_slot_stays_open(language: Language) -> None:
    for read in history(language):
        assert not re.search(r"[{}]", f"{read.message['Subject']} {read.text}")


def test_the_mails_differ_in_their_form(language: Language) -> None:
    forms = Counter(read.message.get_content_type() for read in history(language))
    assert forms["text/plain"] > 50
    assert forms["multipart/alternative"] > 50
    assert forms["multipart/mixed"] > 15


def test_another_address_of_the_rep_is_used_throughout(language: Language) -> None:
    rep = load_world(language).rep
    other = rep.email.replace("@", ".2@")
    for mail in build_history(language, NOW, rep=other):
        message = read(mail).message
        assert message["From" if mail.folder == "Sent" else "To"].addresses[0].addr_spec == other
        assert f"{rep.email}\n" not in read(mail).text

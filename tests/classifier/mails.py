"""The fixed cast's mails: a German and an English sales template, routine notes, personal mails."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from classifier import Judge, Judgement, OutboxMemory, Sample

KEY = b"a key of this outbox"
MONDAY = datetime(2025, 3, 3, 9, tzinfo=UTC)
PEOPLE = (
    ("Anna", "Weber", "weber-logistik"),
    ("Boris", "Lang", "lang-druck"),
    ("Carla", "Stein", "steinbau"),
    ("Ben", "Whitfield", "whitfield-tools"),
    ("Dora", "Voss", "voss-pumpen"),
    ("Emil", "Kurz", "kurz-metall"),
    ("Frida", "Pohl", "pohl-lacke"),
    ("Georg", "Thiele", "thiele-holz"),
    ("Hanna", "Ritter", "ritter-dental"),
    ("Ivo", "Sauer", "sauer-tank"),
)

TEMPLATE_DE = """Guten Tag {last},

mein Name ist Jonas Keller, ich bin bei Keller Maschinen für den Vertrieb zuständig. Wir helfen Betrieben wie \
{company}, ihre Rüstzeiten um bis zu 30 Prozent zu senken, ohne dass neue Maschinen angeschafft werden müssen.

Viele unserer Kunden sparen damit schon nach drei Monaten mehrere Stunden in der Woche. Hätten Sie nächste Woche \
15 Minuten Zeit für ein kurzes Telefonat? Ich zeige Ihnen gern unverbindlich, wie andere Betriebe das gelöst \
haben.

Mit freundlichen Grüßen
Jonas Keller
Keller Maschinen GmbH"""

TEMPLATE_EN = """Hi {first},

I came across {company} and was impressed by what you are building. We help companies like yours cut the time \
they spend on tool changes by up to 30 percent, without buying a single new machine.

Most of our customers see the first savings within three months. Would you be open to a quick call next week? I \
am happy to show you how other workshops did it, no obligation at all.

Best regards
Priya Shah
Northwind Tools"""

INVOICE_DE = """Guten Tag {last},

anbei erhalten Sie unsere Rechnung 2025-117 für die Lieferung vom März. Bitte überweisen Sie den Betrag \
innerhalb von 14 Tagen auf das angegebene Konto. Bei Fragen wenden Sie sich bitte an unsere Buchhaltung, die \
Ihnen gern weiterhilft.

Mit freundlichen Grüßen
Jonas Keller"""

PERSONAL_DE = """Hallo Anna,

danke für deinen Anruf gestern. Wie besprochen habe ich mit Hubert die Spindel angesehen, das Lager war \
tatsächlich hinüber. Er tauscht es morgen früh, dann läuft die Maschine bis zum Mittag wieder. Den Kratzer an \
der Haube übernehmen wir natürlich.

Gruß
Jonas"""


def mail(text: str, person: int = 0, *, subject: str = "Rüstzeiten", days: float = 0, **fields: object) -> Sample:
    """A mail to one of PEOPLE, the slots of the text filled in; `fields` replace those of the sample."""
    first, last, domain = PEOPLE[person % len(PEOPLE)]
    body = text.replace("{first}", first).replace("{last}", last).replace("{company}", domain.title())
    values: dict[str, object] = {
        "sender": "jonas@keller-maschinen.example",
        "recipients": (f"{first}.{last}{person // len(PEOPLE) or ''}@{domain}.example".lower(),),
        "recipient_names": (f"{first} {last}",),
        "sent_at": MONDAY + timedelta(days=days),
    }
    return Sample(subject, body, **(values | fields))  # type: ignore[arg-type]  # the fields are checked where used


def replay(judge: Judge, samples: Iterable[Sample], memory: OutboxMemory | None = None) -> list[Judgement]:
    """Judge samples in order as one outbox; the ids are "0", "1", ..."""
    memory = OutboxMemory(KEY) if memory is None else memory
    return [judge.judge(str(number), sample, memory) for number, sample in enumerate(samples)]


def campaign(text: str, copies: int, **fields: object) -> list[Sample]:
    """Copies of a template, one each day, each to another person."""
    return [mail(text, person, days=person, **fields) for person in range(copies)]  # type: ignore[arg-type]  # as above

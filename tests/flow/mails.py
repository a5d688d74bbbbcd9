"""What the rep of the flow tests sends, and what a customer once answered."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

REP: Final = "jonas@keller-maschinen.example"


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    address: str
    company: str

    @property
    def last_name(self) -> str:
        return self.name.split()[-1]


PEOPLE: Final = (
    Person("Anna Weber", "anna.weber@weber-guss.example", "Weber Guss"),
    Person("Boris Lang", "b.lang@lang-antriebe.example", "Lang Antriebe"),
    Person("Carla Stein", "carla@stein-soehne.example", "Stein & Söhne"),
    Person("Dora Groß", "dora.gross@strassenbau-nord.example", "Straßenbau Nord"),
    Person("Emil Hartmann", "hartmann@hartmann-pack.example", "Hartmann Pack"),
)
SIGNATURE: Final = "\n\nMit freundlichen Grüßen\nJonas Keller\nKeller Maschinen GmbH\nTel. +49 30 23125 100"
TEMPLATES: Final = (
    """Guten Tag {name},

viele Betriebe wie {company} verlieren jede Woche Stunden, weil die Verpackungslinie von Hand umgerüstet wird. Mit
unserem neuen Schnellwechsler sparen Sie bis zu 30 Prozent Rüstzeit, und das ganz ohne Umbau. Über 200 Kunden in ganz
Deutschland setzen ihn bereits ein und sind begeistert.

Hätten Sie nächste Woche 15 Minuten Zeit für eine kurze Online-Vorstellung? Buchen Sie Ihren Wunschtermin einfach über
unseren Kalender: https://keller-maschinen.example/termin. Ich freue mich auf Ihre Rückmeldung!""",
    """Guten Tag {name},

kennen Sie schon unsere Herbstaktion? Bis Monatsende erhalten Sie auf alle Etikettiermaschinen der Baureihe K4 einen
Einführungsrabatt von 15 Prozent, dazu die ersten zwölf Monate Wartung kostenlos. Gerade für Unternehmen wie {company}
lohnt sich der Umstieg jetzt besonders, denn die Maschinen sind sofort lieferbar.

Sichern Sie sich Ihr persönliches Angebot noch heute, eine kurze Antwort auf diese E-Mail genügt. Wenn Sie keine
weiteren Angebote wünschen, geben Sie mir bitte einfach Bescheid.""",
)
SUBJECTS: Final = ("30 Prozent weniger Rüstzeit bei {company}?", "Herbstaktion: 15 Prozent für {company}")


def template_mail(person: Person, number: int, at: datetime, template: int = 0) -> bytes:
    """The copy of a template for one person; `number` makes its Message-ID."""
    text = TEMPLATES[template].format(name=_salutation(person), company=person.company)
    subject = SUBJECTS[template].format(company=person.company)
    return _mail(person, subject, text + SIGNATURE, f"<template.{template}.{number}@keller-maschinen.example>", at)


def personal_mail(person: Person, number: int, at: datetime) -> bytes:
    """A mail that fits nobody else."""
    text = (
        f"Hallo {_salutation(person)},\n\ndanke für den Anruf gestern. Ich habe mit Herrn Brandt in der Montage "
        f"gesprochen: Die Welle {number} liegt fertig im Lager und geht am Donnerstag mit der Spedition raus. "
        "Die Rechnung schicken wir wie vereinbart erst nach der Abnahme. Grüßen Sie bitte Ihren Bruder, und gute "
        "Besserung fürs Knie!"
    )
    return _mail(
        person, f"Welle {number}, Liefertermin", text + SIGNATURE, f"<personal.{number}@keller-maschinen.example>", at
    )


def answer(person: Person, at: datetime, phone: str = "+49 30 23125 0") -> bytes:
    """A mail from a customer with a signature, as it lies in the rep's INBOX."""
    message = EmailMessage()
    message["From"], message["To"] = f"{person.name} <{person.address}>", REP
    message["Subject"], message["Date"] = "AW: Angebot Fördertechnik", format_datetime(at - timedelta(days=9))
    message["Message-ID"] = f"<answer.{person.address}>"
    message["In-Reply-To"] = "<old.1@keller-maschinen.example>"
    message.set_content(
        f"Guten Tag Herr Keller,\n\nbesten Dank, wir melden uns nach dem Urlaub dazu.\n\nViele Grüße\n{person.name}\n"
        f"--\n{person.name}\nEinkauf\n{person.company}\nTelefon: {phone}\nFax: +49 30 23125 999\n"
    )
    return message.as_bytes()


def _salutation(person: Person) -> str:
    return (
        f"Frau {person.last_name}"
        if person.name.split()[0] in {"Anna", "Carla", "Dora"}
        else f"Herr {person.last_name}"
    )


def _mail(person: Person, subject: str, text: str, message_id: str, at: datetime) -> bytes:
    message = EmailMessage()
    message["From"] = f"Jonas Keller <{REP}>"
    message["To"] = f"{person.name} <{person.address}>"
    message["Subject"], message["Date"], message["Message-ID"] = subject, format_datetime(at), message_id
    message.set_content(text)
    return message.as_bytes()

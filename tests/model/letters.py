"""Texts that show themselves as templates only by their third copy: no single copy is worth a nudge.

So a text brings exactly one nudge, in whatever order and however late its copies are judged.
"""

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

from tests.flow.mails import REP, SIGNATURE, Person

SUBJECTS: Final = ("Messe im Herbst, {company}", "Neue Beschichtung für {company}", "Preise 2027 für {company}")
TEXTS: Final = (
    """Guten Tag {name},

wir sind im Herbst wieder auf der Fachmesse in Stuttgart, Halle 7, Stand B42, und zeigen dort die neue Drehmaschine mit
dem größeren Werkzeugspeicher. Wenn jemand von {company} dort ist, freue ich mich über einen Besuch am Stand.
Eintrittskarten schicke ich Ihnen gern zu, sagen Sie mir einfach, wie viele Sie brauchen.""",
    """Guten Tag {name},

wir haben eine neue Beschichtung für Kunststoffteile im Programm, die ohne Lösemittel auskommt und deutlich schneller
trocknet. Gern schicke ich Ihnen für {company} zwei Musterteile zu, damit Ihre Kollegen aus der Fertigung sie prüfen
können. Wäre das für Sie interessant?""",
    """Guten Tag {name},

die neue Preisliste für unsere Fräs- und Drehteile ist fertig und gilt ab dem nächsten Quartal. Bei Aluminium bleibt
alles wie bisher, bei Edelstahl mussten wir die gestiegenen Materialkosten weitergeben. Für {company} rechne ich
laufende Rahmenverträge gern noch zu den alten Preisen ab, wenn die Abrufe bis Ende des Monats bei uns sind.""",
)


def round_letter(text: int, person: Person, number: int, at: datetime) -> bytes:
    """The copy of a text for one person, with the Message-ID that `letter_id` tells."""
    message = EmailMessage()
    message["From"], message["To"] = f"Jonas Keller <{REP}>", f"{person.name} <{person.address}>"
    message["Subject"] = SUBJECTS[text].format(company=person.company)
    message["Date"], message["Message-ID"] = format_datetime(at), letter_id(text, number)
    message.set_content(TEXTS[text].format(name=person.name, company=person.company) + SIGNATURE)
    return message.as_bytes()


def letter_id(text: int, number: int) -> str:
    return f"<round.{text}.{number}@keller-maschinen.example>"


def text_of(message_id: str) -> int:
    """Which text a Message-ID belongs to."""
    return int(message_id.split(".")[1])

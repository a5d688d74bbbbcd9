"""The mails behind the seeded sends, in the Sent folder of a real mailbox."""

from email.message import EmailMessage

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.store import mailboxes
from app.store.envelopes import Envelope, unseal_envelope
from app.store.keys import Keys
from app.store.schema import Mailbox, Send
from tests.servers.dovecot import Dovecot
from tests.web.seed import Seeded, seed
from tests.web.site import Site

OFFER = """Guten Tag {name},

wir fertigen Frästeile aus Aluminium in fünf Werktagen, auch in kleinen Stückzahlen. Bei {company}
sehen wir Bedarf an Gehäusen und Wellen, die wir ab {count} Stück liefern.

Haben Sie nächste Woche Zeit für ein kurzes Gespräch?

Mit freundlichen Grüßen
Jonas Keller
"""


def seed_with_mails(site: Site, server: Dovecot) -> Seeded:
    """The whole picture for one rep whose mailbox is a real one."""
    user = server.new_user()
    account = mailboxes.Account(
        f"{user}@keller-maschinen.example", server.host, server.imap_port, "none", user, server.password, True
    )
    seeded = seed(site.database, site.keys, account)
    with site.database.writing() as session:
        _file_mails(session, site.keys, session.get_one(Mailbox, seeded.mailbox_id), server, user)
    return seeded


def _file_mails(session: Session, keys: Keys, mailbox: Mailbox, server: Dovecot, user: str) -> None:
    vault = keys.of_rep(session, mailbox.rep_id)
    sends = session.scalars(select(Send).where(Send.mailbox_id == mailbox.id).order_by(Send.uid)).all()
    for send in sends:
        send.uid = server.append(user, _mail(unseal_envelope(vault, send.id, send.envelope), send.uid))
    with server.client(user) as client:
        _, answer = client.status('"Sent"', "(UIDVALIDITY)")
    mailbox.uidvalidity = int(answer[0].split()[-1].rstrip(b")"))
    for send in sends:
        send.uidvalidity = mailbox.uidvalidity


def _mail(envelope: Envelope, number: int) -> bytes:
    name, address = envelope.recipients[0]
    company = address.partition("@")[2].partition(".")[0].replace("-", " ").title()
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = (
        "Jonas Keller <jonas@keller-maschinen.example>",
        address,
        "Teile",
    )
    message.set_content(OFFER.format(name=name.partition("<")[0] or "zusammen", company=company, count=10 * number))
    return message.as_bytes()

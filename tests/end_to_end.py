"""From nothing to the nudge with the command line alone, as an administrator would try it.

    python -m tests.end_to_end

Starts a private Dovecot and `zuruf serve` on loopback, adds a mailbox, appends mails to Sent, and then reads only the
server's folders. Exit status 0 when exactly one nudge came, for the template and not for the personal mails.
"""

import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from tests.flow.mailboxes import connect, nudges, send_template
from tests.flow.mails import PEOPLE, answer, personal_mail
from tests.flow.running import Zuruf, wait_until
from tests.servers.dovecot import Dovecot


def main() -> int:
    with tempfile.TemporaryDirectory() as directory, Dovecot() as dovecot, Zuruf(Path(directory)) as zuruf:
        user = dovecot.new_user()
        dovecot.append(user, answer(PEOPLE[0], datetime.now(UTC)), "INBOX")
        _say(connect(zuruf, dovecot, user))
        for number, person in enumerate(PEOPLE):
            dovecot.append(user, personal_mail(person, number, datetime.now(UTC)))
        send_template(dovecot, user)
        wait_until(lambda: nudges(dovecot, user))
        _say(zuruf.command("mailbox", "list").stdout)
        _say(zuruf.command("check").stdout)
        found = nudges(dovecot, user)
        for mail in found:
            text = mail.get_body(("plain",))
            _say(f"Subject: {mail['Subject']}\nTo: {mail['To']}\n\n{text.get_content() if text else ''}")
        return 0 if len(found) == 1 else 1


def _say(text: str) -> None:
    sys.stdout.write(f"{text.rstrip()}\n\n")


if __name__ == "__main__":
    sys.exit(main())

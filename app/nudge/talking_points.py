"""What a call can pick up on: the subject and date of the last mail from the person, where it is harmless to name."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from app.mail.message import MailMessage
from app.nudge.quoting import bare_subject, quoted

LONGEST_SUBJECT: Final = 80
_LINK: Final = re.compile(r"(?:\b[a-z][a-z\d+.-]{1,20}://|\bwww\.|\bmailto:)\S*", re.IGNORECASE)
_SENSITIVE: Final = re.compile(
    r"krank|arbeitsunf|reha\b|schwanger|elternzeit|mutterschutz|trauer|todesfall|verstorben|beerdigung"
    r"|beileid|kondolenz|kündig|entlass|abmahn|gehalt|\blohn(?!t|en)|bewerb|lebenslauf|privat|persönlich|vertraulich"
    r"|betriebsrat|anwalt|klage\b|insolven|scheidung"
    r"|\bsick|illness|surgery|pregnan|maternity|paternity|bereave|condolence|funeral|passed away|dismiss"
    r"|terminat|redundan|salary|payroll|\bpayslip|\bcv\b|résumé|personal|confidential|works council|lawyer|lawsuit"
    r"|divorce|malad|arrêt de travail|enceinte|congé (?:mat|pat)|décès|obsèques|condoléances|licenci|démission|salaire"
    r"|privé|confidentiel|avocat|divorc",
    re.IGNORECASE,
)


def talking_point(mails: Iterable[MailMessage]) -> tuple[str, datetime] | None:
    """The newest subject of `mails`, which are the newest first, on one line without links, and its date.

    None where that subject touches what nobody wants to be called about; an older one would be beside the point then.
    """
    subjects = ((bare_subject(mail.subject), mail.date) for mail in mails)
    subject, date = next(((subject, date) for subject, date in subjects if subject and date), ("", None))
    harmless = quoted(_LINK.sub(" ", subject), LONGEST_SUBJECT)
    if date is None or not any(map(str.isalnum, harmless)) or _SENSITIVE.search(subject):
        return None
    return harmless, date

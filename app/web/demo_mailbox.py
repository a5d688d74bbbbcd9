"""Connects a demo mailbox through the same code as any other."""

from typing import Final

from app.connect import Connected, ConnectProblem, ConnectRequest, keep, prove
from app.mail.imap_values import ConnectPolicy, TlsMode
from app.texts import Language
from app.web.context import DemoDesk, Web

_LOOPBACK: Final = ConnectPolicy(allow_private=True, ports=None, ca_file=None)
# A visitor waits for the nudge, at any time of day, and may send several templates.
_IMPATIENT: Final = {"settle_seconds": 5, "quiet_hours": "", "cap_per_day": 20, "cap_per_week": 60, "back_off": False}


def connect_demo(web: Web, desk: DemoDesk, language: Language) -> Connected:
    """A fresh demo mailbox with its history, watched from now on; raises `ConnectProblem`."""
    account = desk.open(language)
    wanted = ConnectRequest(
        account.address, account.password, account.host, account.port, TlsMode.NONE, account.username
    )
    try:
        proof = prove(wanted, _LOOPBACK)
    except ConnectProblem:
        desk.close(account.address)
        raise
    rules = {**web.default_rules, **_IMPATIENT}
    return keep(web.database, web.keys, proof, language, rules, web.clock(), demo=True)

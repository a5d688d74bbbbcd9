"""When two mails are the same send, and when they only look so."""

from datetime import UTC, datetime, timedelta

import pytest

from app.intake import identity
from app.intake.identity import content_key_of
from app.mail.message import MailMessage, read_message
from app.store.vault import DataVault, new_key

VAULT = DataVault(new_key())
FILED = datetime(2026, 6, 1, 8, 0, tzinfo=UTC)


def mail(
    message_id: str | None = "<1@keller.example>",
    to: str = "anna@weber.example",
    extra: str = "",
    text: str = "Guten Tag",
) -> MailMessage:
    headers = f"Message-ID: {message_id}\n" if message_id else ""
    return read_message(f"{headers}{extra}To: {to}\nSubject: Angebot\n\n{text}\n".encode())


def identity_of(vault: DataVault, message: MailMessage, filed_at: datetime = FILED) -> bytes:
    return identity.identity_of(vault, message, filed_at)


def test_the_same_mail_read_again_is_the_same_send() -> None:
    assert identity_of(VAULT, mail()) == identity_of(VAULT, mail())


def test_a_rewritten_message_id_is_seen_through() -> None:
    for header in ("X-Microsoft-Original-Message-ID", "X-Google-Original-Message-ID"):
        rewritten = mail("<new@outlook.example>", extra=f"{header}: <1@keller.example>\n")
        assert identity_of(VAULT, rewritten) == identity_of(VAULT, mail())


def test_one_id_on_mails_to_different_people_is_different_sends() -> None:
    """Mail-merge scripts do that."""
    assert identity_of(VAULT, mail()) != identity_of(VAULT, mail(to="boris@lang.example"))


def test_without_any_id_the_content_stands_in() -> None:
    assert identity_of(VAULT, mail(None)) == identity_of(VAULT, mail(None))
    assert identity_of(VAULT, mail(None)) != identity_of(VAULT, mail(None, text="Anderer Text"))


def test_without_id_and_date_the_same_words_of_another_day_are_another_send() -> None:
    assert identity_of(VAULT, mail(None)) != identity_of(VAULT, mail(None), FILED + timedelta(days=1))
    dated = mail(None, extra="Date: Mon, 01 Jun 2026 10:00:00 +0200\n")
    assert identity_of(VAULT, dated) == identity_of(VAULT, dated, FILED + timedelta(days=1))


@pytest.mark.parametrize("text", ["Guten  Tag", "Guten\nTag", " Guten Tag "])
def test_two_copies_under_different_ids_have_one_content(text: str) -> None:
    assert content_key_of(VAULT, mail("<2@server.example>", text=text)) == content_key_of(VAULT, mail())


def test_another_rep_has_other_keys() -> None:
    assert identity_of(DataVault(new_key()), mail()) != identity_of(VAULT, mail())

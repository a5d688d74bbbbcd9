"""Every problem that a mailbox can have is told in words, in both languages."""

import inspect
import re

import pytest

from app.connect import ConnectProblem
from app.mail import errors
from app.mail.errors import MailError
from app.mail.providers import PROVIDERS
from app.texts import translator
from app.texts.problems import describe_problem

CODE = re.compile(r"`([a-z_]{4,})`")


def known_codes() -> set[str]:
    """The codes that the two error trees name, in their documentation or as a class's own."""
    trees = inspect.getsource(errors) + (inspect.getdoc(ConnectProblem) or "")
    classes = [value for value in vars(errors).values() if inspect.isclass(value) and issubclass(value, MailError)]
    return (set(CODE.findall(trees)) | {kind.default for kind in classes}) - {"code", "provider"}


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("code", sorted(known_codes()))
def test_a_code_has_words(code: str, language: str) -> None:
    text = describe_problem(translator("de" if language == "de" else "en"), code)
    assert "no words" not in text.happened
    assert "keine Worte" not in text.happened
    assert "%" not in text.happened + text.advice


def test_there_are_codes_to_describe() -> None:
    assert {"unreachable", "login_refused", "oauth_only", "mailbox_full", "certificate_name"} <= known_codes()


def test_a_code_of_another_version_is_named() -> None:
    assert "(brand_new)" in describe_problem(translator("de"), "brand_new").happened


def test_no_answer_and_a_late_one_read_the_same() -> None:
    texts = translator("en")
    assert describe_problem(texts, "unreachable") == describe_problem(texts, "timeout")


@pytest.mark.parametrize(
    ("provider", "words"), [("Gmail", "app password"), ("T-Online", "mail programs"), ("GMX", "IMAP must also be")]
)
def test_a_refused_login_names_the_rule_of_a_known_provider(provider: str, words: str) -> None:
    known = next(entry for entry in PROVIDERS if entry.name == provider)
    text = describe_problem(translator("en"), "login_refused", known.name, known.hints)
    assert text.happened.startswith(provider)
    assert words in text.happened + text.advice


def test_a_hint_changes_only_a_refused_login() -> None:
    assert "does not answer" in describe_problem(translator("en"), "timeout", "Gmail", ("app_password",)).happened

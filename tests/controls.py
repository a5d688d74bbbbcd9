"""Switches controls of docs/security.md off, one at a time in a copy of the tree, and sees that the named test fails.

`python -m tests.controls [--write]`: the table goes to docs/security.md with `--write`. Exit status 1 where a test does
not notice that its control is off, or does not pass with it.
"""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

ROOT: Final = Path(__file__).parents[1]
PAGE: Final = ROOT / "docs/security.md"
COPIED: Final = ("app", "classifier", "templates", "tests", "docs", "pyproject.toml", "README.md")
LEFT_OUT: Final = shutil.ignore_patterns("__pycache__", "pictures", "*.png", "*.pyc")
BEGIN: Final = "<!-- controls: python -m tests.controls --write -->\n"
END: Final = "<!-- end of controls -->\n"


@dataclass(frozen=True, slots=True)
class Control:
    """`found` in `file` becomes `off` wherever it stands; `test` has to fail then."""

    name: str
    file: str
    found: str
    off: str
    test: str


CONTROLS: Final = (
    Control(
        "exactly one recipient",
        "app/mail/letter.py",
        "    names = [name.lower() for name in message_from_bytes(raw, policy=compat32)]\n",
        "    return\n",
        "tests/mail/test_smtp.py::test_whatever_is_no_letter_to_the_rep_alone_never_leaves",
    ),
    Control(
        "no private addresses (SSRF)",
        "app/mail/imap_address.py",
        "any(is_forbidden(address) for address in addresses)",
        "False",
        "tests/mail/test_imap_address.py::test_one_forbidden_address_among_several_forbids_the_host",
    ),
    Control(
        "mail servers of the list only",
        "app/mail/imap_address.py",
        "host.casefold() not in policy.hosts",
        "False",
        "tests/web/test_admission.py::test_any_other_mail_server_is_refused",
    ),
    Control(
        "STARTTLS is a must",
        "app/mail/imap_connect.py",
        "if endpoint.tls is TlsMode.STARTTLS:",
        "if False:",
        "tests/mail/test_imap_connect.py::test_without_starttls_nothing_secret_is_sent",
    ),
    Control(
        "no PREAUTH",
        "app/mail/imap_connect.py",
        'transport.state != "NONAUTH"',
        "False",
        "tests/mail/test_imap_connect.py::test_a_greeting_that_skips_the_login_is_refused",
    ),
    Control(
        "one gate for arguments (IMAP injection)",
        "app/mail/imap_strings.py",
        'char < " " or char == "\\x7f" or ',
        "",
        "tests/fuzz/test_strings.py::test_no_line_break_and_no_nul_ever_passes",
    ),
    Control(
        "sealed values are bound to their place",
        "app/store/vault.py",
        "place.encode())",
        'b"")',
        "tests/store/test_vault.py::test_a_sealed_value_opens_at_its_own_place_only",
    ),
    Control(
        "a rep's own sends only",
        "app/store/listing.py",
        "query.where(Mailbox.rep_id == rep_id)",
        "query",
        "tests/web/test_isolation.py::test_another_reps_objects_do_not_exist",
    ),
    Control(
        "writes from our own pages only (CSRF)",
        "app/web/csrf.py",
        'if scope["type"] != "http" or',
        "if True or",
        "tests/web/test_csrf.py::test_a_write_is_taken_only_from_our_own_pages",
    ),
    Control(
        "our own host name only (rebinding)",
        "app/web/hosts.py",
        'if scope["type"] == "lifespan" or',
        "if True or",
        "tests/web/test_hosts.py::test_a_rebound_name_gets_no_page_of_the_own_machine",
    ),
    Control(
        "allowed fields in logs",
        "app/logs.py",
        " if name in FIELDS}",
        "}",
        "tests/security/test_logs.py::test_a_field_that_is_not_allowed_is_not_written",
    ),
    Control(
        "limits against guessing",
        "app/web/throttle.py",
        "if self._limiter.hit(limit, *names):",
        "if True:",
        "tests/web/test_throttle.py::test_one_address_can_be_tried_eight_times",
    ),
    Control(
        "bounded depth of a mail",
        "app/mail/structure.py",
        "len(within) >= DEPTH_LIMIT",
        "False",
        "tests/mail/test_message_bounds.py::test_nesting_ends_at_a_depth_and_counts_as_one_file",
    ),
    Control(
        "opening a sign-in link changes nothing",
        "app/web/sign_in.py",
        """    with web.database.reading() as session:
        is_open = sign_in_links.is_open(session, token, web.clock())
""",
        """    with web.database.writing() as session:
        is_open = sign_in_links.use(session, token, web.clock()) is not None
""",
        "tests/web/test_sign_in.py::test_a_scanner_that_follows_the_link_does_not_use_it_up",
    ),
    Control(
        "sessions end when idle",
        "app/store/web_sessions.py",
        "now - row.used_at < IDLE_LIMIT and ",
        "",
        "tests/web/test_access.py::test_a_session_ends_after_thirty_idle_days",
    ),
    Control(
        "connecting by invitation",
        "app/connect/admission.py",
        "if not self.invited_only:",
        "if True:",
        "tests/web/test_admission.py::test_without_an_invitation_the_page_says_whom_to_ask",
    ),
    Control(
        "the model's checksum",
        "classifier/model.py",
        "if hashlib.sha256(data).hexdigest() !=",
        "if False and hashlib.sha256(data).hexdigest() !=",
        "tests/classifier/test_model.py::test_one_changed_byte_is_noticed",
    ),
)


def result(tree: Path, control: Control) -> str:
    """What its test does with the control off: `failed`, or what is wrong."""
    file = tree / control.file
    text = file.read_text("utf-8")
    if control.found not in text:
        return "**the control is not where it was**"
    file.write_text(text.replace(control.found, control.off), "utf-8")
    try:
        return "failed" if _exit_status(tree, control.test) == 1 else "**not noticed**"
    finally:
        file.write_text(text, "utf-8")


def _copy_into(tree: Path) -> None:
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tree / name, ignore=LEFT_OUT)
        else:
            shutil.copy(source, tree)


def _exit_status(tree: Path, *tests: str) -> int:
    """1: a test failed; 0: all passed; anything else: they could not be run."""
    command = [sys.executable, "-B", "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    return subprocess.run(command, cwd=tree, capture_output=True, check=False).returncode


def main(arguments: list[str]) -> int:
    lines = ["| control | test | with the control off |", "| --- | --- | --- |"]
    with TemporaryDirectory(prefix="zuruf-controls-") as directory:
        tree = Path(directory)
        _copy_into(tree)
        if _exit_status(tree, *(control.test for control in CONTROLS)) != 0:
            sys.stderr.write("with all controls on, the tests do not pass\n")
            return 1
        for control in CONTROLS:
            lines.append(f"| {control.name} | `{control.test}` | {result(tree, control)} |")
            sys.stdout.write(f"{lines[-1]}\n")
            sys.stdout.flush()
    if "--write" in arguments:
        page = PAGE.read_text("utf-8")
        before, after = page.split(BEGIN)[0], page.split(END)[1]
        PAGE.write_text(before + BEGIN + "\n".join(lines) + "\n" + END + after, "utf-8")
    return int(any("**" in line for line in lines))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

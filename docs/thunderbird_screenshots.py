"""Takes pictures of a nudge in Thunderbird: a private Dovecot, a profile of its own, a screen of its own.

python docs/thunderbird_screenshots.py [DIRECTORY]          (default: docs/pictures)

Debian: thunderbird, xvfb, xdotool, imagemagick. It waits for pictures to become still, so it takes about a minute.
"""

# Programs of the system are meant, with arguments of our own making.
# ruff: noqa: S603, S607

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Final

from nudges import BURSTS, facts_of

from app.mail.letter import compose
from app.nudge.compose import compose_nudge

ROOT: Final = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.servers.dovecot import PASSWORD, Dovecot  # noqa: E402 - the tests are no installed package

Preference = str | int | bool

SIZE: Final = (1400, 1150)
# Name of the picture, number of the burst in docs/nudges.md, dark or light.
SHOWN: Final = (("light", 2, False), ("dark", 2, True), ("appointment", 24, False))
MOST_LOOKS: Final = 40


def preferences(server: Dovecot, user: str, dark: bool) -> dict[str, Preference]:
    account: dict[str, Preference] = {
        "mail.accountmanager.accounts": "account1,account2",
        "mail.accountmanager.defaultaccount": "account1",
        "mail.accountmanager.localfoldersserver": "server2",
        "mail.account.account1.identities": "id1",
        "mail.account.account1.server": "server1",
        "mail.account.account2.server": "server2",
        "mail.server.server1.type": "imap",
        "mail.server.server1.name": "Jonas Keller",
        "mail.server.server1.hostname": server.host,
        "mail.server.server1.port": server.imap_port,
        "mail.server.server1.userName": user,
        "mail.server.server1.authMethod": 3,
        "mail.server.server1.socketType": 0,
        "mail.server.server1.login_at_startup": True,
        "mail.server.server2.type": "none",
        "mail.server.server2.hostname": "Local Folders",
        "mail.server.server2.userName": "nobody",
        "mail.identity.id1.useremail": user,
        "mail.identity.id1.fullName": "Jonas Keller",
        "mail.identity.id1.valid": True,
    }
    quiet: dict[str, Preference] = {
        "app.donation.eoy.version.viewed": 999,
        "app.update.auto": False,
        "datareporting.policy.dataSubmissionEnabled": False,
        "datareporting.policy.dataSubmissionPolicyBypassNotification": True,
        "mail.provider.suppress_dialog_on_startup": True,
        "mail.rights.version": 1,
        "mail.shell.checkDefaultClient": False,
        "mail.spotlight.firstRunDone": True,
        "mailnews.start_page.enabled": False,
        "mailnews.start_page_override.mstone": "ignore",
        "network.captive-portal-service.enabled": False,
        "network.connectivity-service.enabled": False,
        "services.settings.server": "http://127.0.0.1:9",
    }
    looks: dict[str, Preference] = {
        "extensions.activeThemeID": f"thunderbird-compact-{'dark' if dark else 'light'}@mozilla.org",
        "layout.css.prefers-color-scheme.content-override": 0 if dark else 1,
        "mail.pane_config.dynamic": 2,
        "mailnews.default_view_flags": 1,
        "ui.systemUsesDarkTheme": int(dark),
    }
    return {**account, **quiet, **looks}


def fill(server: Dovecot, user: str, number: int) -> None:
    """The sent mail and the nudge; a copy of the sent mail in the inbox, as Thunderbird threads within one folder."""
    facts = replace(facts_of(BURSTS[number - 1], number, "de", "sie"), rep=user)
    sent = EmailMessage()
    sent["From"], sent["To"], sent["Subject"] = f"Jonas Keller <{user}>", "boris@lang.example", facts.subject
    sent["Date"], sent["Message-ID"] = format_datetime(facts.last_sent_at), "<sent@mail.example>"
    sent.set_content("Guten Tag Herr Lang,\n\nwelche Werkzeuge setzen Sie derzeit ein?\n\nViele Grüße\nJonas Keller\n")
    server.append(user, sent.as_bytes())
    server.append(user, sent.as_bytes(), "INBOX")
    server.append(user, compose(compose_nudge(facts)), "INBOX", flags="()")


@contextmanager
def screen() -> Iterator[str]:
    """A display of our own; hands out its name."""
    reading, writing = os.pipe()
    process = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{SIZE[0]}x{SIZE[1]}x24", "-nolisten", "tcp"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as pipe:
        name = f":{pipe.readline().strip()}"
    try:
        yield name
    finally:
        process.terminate()
        process.wait(timeout=20)


def take(server: Dovecot, path: Path, number: int, dark: bool) -> None:
    user = server.new_user()
    fill(server, user, number)
    with screen() as display, tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        profile = Path(home) / "profile"
        profile.mkdir()
        lines = (f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in preferences(server, user, dark).items())
        (profile / "user.js").write_text("\n".join(lines))
        environment = {**os.environ, "DISPLAY": display, "HOME": home, "LANG": "C.UTF-8", "TZ": "Europe/Berlin"}
        program = ["thunderbird", "--no-remote", "--profile", str(profile)]
        process = subprocess.Popen(program, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            show_nudge(environment, path)
        finally:
            process.terminate()
            process.wait(timeout=30)


def show_nudge(environment: dict[str, str], path: Path) -> None:
    window = wait_for_window(environment, "Password|Passwor")
    act(environment, "windowfocus", "--sync", window, "type", PASSWORD)
    act(environment, "key", "Return")
    main = wait_for_window(environment, "Mozilla Thunderbird")
    act(environment, "windowmove", main, "0", "0", "windowsize", main, *map(str, SIZE))
    wait_until_still(environment, path)
    act(environment, "windowfocus", main, "key", "n")
    wait_until_still(environment, path)


def wait_for_window(environment: dict[str, str], title: str) -> str:
    """The number of the newest visible window of this title."""
    for _ in range(MOST_LOOKS):
        found = act(environment, "search", "--onlyvisible", "--name", title).split()
        if found:
            return found[-1]
        time.sleep(1)
    raise SystemExit(f"no window {title!r} came")


def act(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(["xdotool", *arguments], env=environment, capture_output=True, text=True, check=False)
    return done.stdout


def wait_until_still(environment: dict[str, str], path: Path) -> None:
    """Takes the picture again and again until it is the same three times in a row."""
    seen: list[bytes] = []
    for _ in range(MOST_LOOKS):
        subprocess.run(["import", "-window", "root", str(path)], env=environment, check=True)
        pixels = subprocess.run(["convert", str(path), "rgb:-"], capture_output=True, check=True).stdout
        seen = [*seen[-2:], pixels]
        if len(seen) == 3 and seen[0] == seen[1] == seen[2]:
            return
        time.sleep(1)


def main() -> None:
    directory = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "pictures"
    with Dovecot() as server:
        for name, number, dark in SHOWN:
            take(server, directory / f"nudge-thunderbird-{name}.png", number, dark)


if __name__ == "__main__":
    main()

"""Every setting of the service: from the environment (`ZURUF_...`), from a file, or from the defaults below.

A wrong value stops the start with the setting's name; see `load_settings`.
"""

import ipaddress
import os
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Final, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv import dotenv_values
from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT: Final = Path(__file__).parent.parent
PREFIX: Final = "ZURUF_"
SETTINGS_FILE: Final = "ZURUF_SETTINGS_FILE"
_OF_TESTS: Final = "ZURUF_TEST"


class WrongSetting(Exception):
    """A setting cannot be used; the text names it and says what to do."""


_SECRETS: Final = (
    "secret_key",
    "oauth_google_client_secret",
    "oauth_microsoft_client_secret",
    "oauth_other_client_secret",
)


def _secret_in(path: Path, setting: str) -> SecretStr:
    try:
        return SecretStr(path.read_text("ascii").strip())
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{setting}: cannot read {path}") from error


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError("is no time zone such as Europe/Berlin") from error
    return name


def _web_address(text: str) -> str:
    if text and (urlsplit(text).scheme not in {"http", "https"} or not urlsplit(text).hostname):
        raise ValueError("is no address such as https://zuruf.firma.example")
    return text


class Settings(BaseSettings):
    """Defaults suit one person on one machine; a description is what `docs/settings.md` and `--help` say."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=None, extra="ignore")

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=1, le=65535, description="Port to listen on.")
    public_url: Annotated[str, AfterValidator(_web_address)] = Field(
        "", description="Address under which people open the page, when it is another one."
    )
    data_dir: Path = Field(ROOT / "data", description="Where the database, the keys and the demo mailboxes live.")
    database_url: str = Field("", description="Database; empty: SQLite in the data directory.")
    secret_key: SecretStr = Field(SecretStr(""), description="Keys that seal what is stored; empty: made in data_dir.")
    secret_key_file: Path | None = Field(None, description="File with those keys, such as a container secret.")
    allow_private_hosts: bool | None = Field(
        None, description="May reps connect mail servers in private networks? Unset: only if listening on loopback."
    )
    allowed_domains: str = Field(
        "", description="Domains of the mail addresses that may be connected, separated by blanks; empty: any."
    )
    allowed_hosts: str = Field(
        "",
        description="The only mail servers that may be connected, in-house ones and those of a sign-in (OAuth) "
        "as well; empty: any public one.",
    )
    invited_only: bool = Field(False, description="May only those connect whom `zuruf invite` gave a link?")
    ca_file: Path | None = Field(None, description="Extra certificate authorities to trust for mail servers (PEM).")
    discovery: str = Field(
        "domain",
        pattern="^(off|domain|ispdb)$",
        description="Looking for servers: off, domain (ask its own servers and DNS) or ispdb (Mozilla's list, too).",
    )
    oauth_google_client_id: str = Field("", description="Google: client id; see docs/oauth-google.md.")
    oauth_google_client_secret: SecretStr = Field(SecretStr(""), description="Google: client secret.")
    oauth_google_client_secret_file: Path | None = Field(None, description="File with that secret.")
    oauth_microsoft_client_id: str = Field(
        "", description="Microsoft: application (client) id; see docs/oauth-microsoft.md."
    )
    oauth_microsoft_client_secret: SecretStr = Field(SecretStr(""), description="Microsoft: client secret.")
    oauth_microsoft_client_secret_file: Path | None = Field(None, description="File with that secret.")
    oauth_microsoft_tenant: str = Field(
        "organizations",
        pattern=r"^[\w.-]+$",
        description="Microsoft: directory (tenant) id; with it, only your people.",
    )
    oauth_other_name: str = Field("", max_length=40, description="Another provider: what its button says.")
    oauth_other_client_id: str = Field("", description="The same: client id.")
    oauth_other_client_secret: SecretStr = Field(SecretStr(""), description="The same: client secret.")
    oauth_other_client_secret_file: Path | None = Field(None, description="File with that secret.")
    oauth_other_authorize_url: str = Field("", pattern="^(https://.+)?$", description="Where people sign in.")
    oauth_other_token_url: str = Field("", pattern="^(https://.+)?$", description="Where codes become tokens.")
    oauth_other_scopes: str = Field("", description="Scopes to ask for, separated by blanks.")
    oauth_other_issuer: str = Field("", description="Issuer (RFC 9207); empty: the origin of the sign-in.")
    oauth_other_imap_host: str = Field("", description="The IMAP server that its tokens open, with TLS.")
    oauth_other_imap_port: int = Field(993, ge=1, le=65535, description="Its port.")
    demo: bool = Field(True, description="Offer the demo mailbox.")
    settle_seconds: int = Field(600, ge=0, le=86400, description="Quiet time after a burst's last mail; new mailboxes.")
    quiet_hours: str = Field("18:00-08:00,sat,sun", description="No nudges then; empty for none; new mailboxes.")
    time_zone: Annotated[str, AfterValidator(_known_zone)] = Field("Europe/Berlin", description="For new mailboxes.")
    cap_per_day: int = Field(1, ge=0, le=50, description="Nudges a day at most; new mailboxes.")
    cap_per_week: int = Field(3, ge=0, le=200, description="Nudges in seven days at most; new mailboxes.")
    delivery_grace_seconds: int = Field(
        60, ge=1, le=3600, description="Wait before an unconfirmed delivery is looked up."
    )
    retention_days: int = Field(90, ge=7, le=3650, description="Flagged sends and their reasons are erased after this.")
    metrics_token: SecretStr = Field(
        SecretStr(""), description="Who sends it as a bearer token may read /metrics; empty: this machine's own people."
    )
    instance_figure: bool = Field(
        False, description="May `zuruf figure` tell how much of a week's mail was templated, of ten people or more?"
    )
    workers: int = Field(8, ge=1, le=64, description="Mailboxes worked on at the same time.")
    logins_at_once: int = Field(8, ge=1, le=64, description="Mailboxes being connected at the same time.")
    logins_per_second: float = Field(20, ge=0, le=1000, description="Logins begun in a second; 0: no limit.")
    logins_per_second_and_host: float = Field(
        5, ge=0, le=1000, description="The same for one mail server, which may take more for an attack; 0: no limit."
    )
    log_level: str = Field("info", pattern="^(debug|info|warning|error)$", description="debug, info, warning or error.")

    @model_validator(mode="after")
    def _read_secret_files(self) -> Self:
        for name in _SECRETS:
            path: Path | None = getattr(self, f"{name}_file")
            if path is not None:
                setattr(self, name, _secret_in(path, f"{name}_file"))
        return self

    @model_validator(mode="after")
    def _complete_other_sign_in(self) -> Self:
        if self.oauth_other_client_id:
            needed = ("name", "authorize_url", "token_url", "scopes", "imap_host")
            missing = [name for name in needed if not getattr(self, f"oauth_other_{name}")]
            if missing:
                raise ValueError(f"oauth_other_client_id: needs oauth_other_{missing[0]}, too")
        return self

    @property
    def url(self) -> str:
        """Where people open the page; no slash at the end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (self.public_url or f"http://{host}:{self.port}").rstrip("/")

    @property
    def loopback_only(self) -> bool:
        """Whether only this machine's own people reach the page: it listens on loopback and is not published."""
        return _is_loopback(self.host) and _is_loopback(urlsplit(self.url).hostname or "")

    @property
    def private_hosts_allowed(self) -> bool:
        return self.loopback_only if self.allow_private_hosts is None else self.allow_private_hosts

    @property
    def domains(self) -> frozenset[str]:
        """Those that may be connected, as in addresses, in lower case; empty: any."""
        return _words(self.allowed_domains)

    @property
    def hosts(self) -> frozenset[str] | None:
        """The only mail servers that there are, in lower case; None: any."""
        return _words(self.allowed_hosts) or None

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir / 'zuruf.db'}"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.casefold().replace(",", " ").split())


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def load_settings(env_file: Path | None = None) -> Settings:
    """Raises `WrongSetting` naming each wrong setting as it is set from outside."""
    if env_file is not None and not env_file.is_file():
        raise WrongSetting(f"the settings file {env_file} does not exist")
    try:
        return Settings(_env_file=env_file)
    except ValidationError as error:
        problems = (
            f"{_outside_name(problem['loc'])}: {problem['msg'].removeprefix('Value error, ')}"
            for problem in error.errors()
        )
        raise WrongSetting("; ".join(problems)) from error


def unknown_settings(env_file: Path | None = None) -> list[str]:
    """A sentence for each name in the environment or the file that looks like a setting and is none."""
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields} | {SETTINGS_FILE}
    given = {name.upper() for name in (*os.environ, *(dotenv_values(env_file) if env_file else ()))}
    names = sorted(name for name in given - known if name.startswith(PREFIX) and not name.startswith(_OF_TESTS))
    return [f"{name}: there is no such setting{_meant(name, known)}" for name in names]


def _meant(name: str, known: set[str]) -> str:
    close = get_close_matches(name, sorted(known), 1)
    return f"; did you mean {close[0]}?" if close else ""


def _outside_name(location: tuple[int | str, ...]) -> str:
    return f"{PREFIX}{location[0]}".upper() if location else "settings"

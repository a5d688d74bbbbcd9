"""Wires the service together from its settings: database, keys, model, loops and pages."""

import os
import signal
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import structlog

from app import __version__
from app.config import Settings, WrongSetting
from app.mail.imap_values import ConnectPolicy
from app.metrics import Metrics
from app.nudge.quiet_hours import QuietHoursError
from app.nudge.rules import stored_rules
from app.store import mailboxes
from app.store.engine import Database, is_empty, migrate, schema_is_current
from app.store.errors import DatabaseUnavailable
from app.store.keys import Keys
from app.store.vault import KeyRing, decode_keys, encode_key, new_key
from app.store.watch_lock import watch_lock

if TYPE_CHECKING:
    from fastapi import FastAPI

    from app.connect.oauth_flow import SignIns
    from app.connect.oauth_http import TokenPost
    from app.connect.oauth_providers import OAuthProvider
    from app.courier import Courier
    from app.demo import Demo
    from app.discovery import Discovery
    from app.intake import Intake
    from app.nudge.action_links import ActionLinks
    from app.replies import Replies
    from app.watch import Watcher
    from classifier import Judge

KEY_FILE: Final = "secret.key"
MAIL_PORTS: Final = frozenset({993, 143})
_OTHER_SCHEMA: Final = (
    "the database is as another version of Zuruf left it, and nothing was changed. "
    "Make a backup, then run: zuruf migrate (zuruf serve does the same at its start)"
)
_MODEL_MENDS: Final = "Install Zuruf again, or make a new one: python -m %s. No mail is lost meanwhile."


_T = TypeVar("_T")


def _loaded(load: Callable[[], _T], folder: Path, trainer: str) -> _T:
    from classifier import ModelError

    try:
        return load()
    except ModelError as error:
        raise WrongSetting(f"the model in {folder}: {error} {_MODEL_MENDS % trainer}") from error


def utc_now() -> datetime:
    return datetime.now(UTC)


class Service:
    """One process' parts, made when they are first asked for. `open` it before use."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock = utc_now
        self.database = Database(settings.database)
        self.is_new = False  # whether opening it made the database
        self.metrics = Metrics()
        self.ring = KeyRing(_keys_of(settings))
        self.keys = Keys(self.ring)

    def close(self) -> None:
        self.database.close()

    @cached_property
    def policy(self) -> ConnectPolicy:
        """Where reps may connect to: with private hosts allowed, in-house servers may use any port."""
        from app.connect.oauth_tokens import TokenDesk

        tokens = TokenDesk(self.database, self.keys, self.oauth_providers, self.token_post, self.clock)
        return replace(self._network, tokens=tokens)

    @cached_property
    def _network(self) -> ConnectPolicy:
        private = self.settings.private_hosts_allowed
        ports = None if private else MAIL_PORTS
        return ConnectPolicy(private, ports, self.settings.ca_file, hosts=self.settings.hosts)

    @cached_property
    def token_post(self) -> "TokenPost":
        from app.connect.oauth_http import TokenPost

        return TokenPost(self._network)

    @cached_property
    def oauth_providers(self) -> "Mapping[str, OAuthProvider]":
        """The sign-ins that an administrator set up, by their keys."""
        from app.oauth_setup import oauth_providers

        return {provider.key: provider for provider in oauth_providers(self.settings)}

    @cached_property
    def sign_ins(self) -> "SignIns":
        from app.connect.oauth_flow import SignIns

        return SignIns(self.database, self.keys, self.oauth_providers, self.token_post, self.settings.url)

    @cached_property
    def judge(self) -> "Judge":
        """Raises `WrongSetting` where a model is not as it was shipped, be it the one that reads answers."""
        from classifier import Judge
        from classifier.answers import reader
        from classifier.model import FOLDER

        _loaded(reader.AnswerReader.load, reader.FOLDER, "classifier.answers.train")
        return _loaded(Judge.load, FOLDER, "classifier.train")

    @cached_property
    def intake(self) -> "Intake":
        """Raises `WrongSetting` where the model is not as it was shipped."""
        from app.intake import Intake
        from app.nudge.private_addresses import looks_private
        from app.nudge.wishes import heed_answer

        return Intake(
            self.database, self.keys, self.judge, self.clock, self.metrics, heed=heed_answer, is_private=looks_private
        )

    @cached_property
    def default_rules(self) -> dict[str, Any]:
        return default_rules(self.settings)

    @cached_property
    def demo(self) -> "Demo | None":
        """The demo server; None where it is switched off or not installed."""
        from app.demo import Demo, DemoUnavailable

        if not self.settings.demo:
            return None
        try:
            return Demo(self.settings.data_dir / "demo", self.clock)
        except DemoUnavailable:
            return None

    def watcher(self) -> "Watcher":
        from app.watch import LoginPace, Watcher, WatchTimes

        settings = self.settings
        pace = LoginPace(settings.logins_at_once, settings.logins_per_second, settings.logins_per_second_and_host)
        return Watcher(
            self.database, self.keys, self.intake, self.policy, self.clock, WatchTimes(), settings.workers, pace
        )

    def courier(self) -> "Courier":
        from app.courier import Courier, CourierTimes
        from app.courier.delivery import Delivery
        from app.courier.letters import LetterDesk

        grace = timedelta(seconds=self.settings.delivery_grace_seconds)
        retention = timedelta(days=self.settings.retention_days)
        times = CourierTimes(grace=grace, second_look=grace / 2, retention=retention)
        letters = LetterDesk(self.settings.url, self.action_links)
        delivery = Delivery(self.database, self.keys, self.policy, letters, self.clock, times)
        return Courier(self.database, delivery, self.clock, times)

    def replies(self) -> "Replies":
        from app.replies import Replies

        return Replies(self.database, self.keys, self.policy, self.clock)

    def action_links(self) -> "ActionLinks":
        from app.nudge.action_links import ActionLinks

        with self.database.reading() as session:
            return ActionLinks(self.keys.of_installation(session).derive("action-links"))

    @cached_property
    def discover(self) -> "Callable[[str], Discovery] | None":
        """Proposes mail servers for a domain; None where that is switched off."""
        from app.discovery import Network, discover

        if self.settings.discovery == "off":
            return None
        return partial(discover, network=Network(self.policy), ask_ispdb=self.settings.discovery == "ispdb")

    def pages(self, watcher: "Watcher", courier: "Courier") -> "FastAPI":
        from app.connect import Admission
        from app.web import Web, create_app

        return create_app(
            Web(
                database=self.database,
                keys=self.keys,
                clock=self.clock,
                public_url=self.settings.url,
                loopback_only=self.settings.loopback_only,
                policy=self.policy,
                default_rules=self.default_rules,
                demo=self.demo,
                is_ready=lambda: watcher.is_running and courier.is_running,
                version=__version__,
                retention_days=self.settings.retention_days,
                metrics=self.metrics,
                metrics_token=self.settings.metrics_token.get_secret_value(),
                discover=self.discover,
                sign_ins=self.sign_ins,
                explain=self.judge.explain,
                admission=Admission(self.settings.domains, self.settings.invited_only),
                instance_figure=self.settings.instance_figure,
            )
        )

    def _start_demo(self) -> None:
        """A damaged demo never stops the service. Its mailboxes follow the server to the port that it got."""
        from app.demo import DemoUnavailable

        if self.demo is None:
            return
        try:
            self.demo.start()
        except DemoUnavailable as error:
            structlog.get_logger().warning("demo unavailable", error=str(error))
            self.demo = None
            return
        with self.database.writing() as session:
            mailboxes.move_demo(session, self.demo.port)

    @contextmanager
    def watching(self) -> Iterator["FastAPI"]:
        """Run the demo and all loops for the block and hand out the pages; raises `AlreadyWatching`."""
        with watch_lock(self.database, self.settings.data_dir, _end_this_process):
            self._start_demo()
            watcher, courier, replies = self.watcher(), self.courier(), self.replies()
            pages = self.pages(watcher, courier)
            try:
                watcher.start()
                courier.start()
                replies.start()
                yield pages
            finally:
                _end_together(courier.stop, watcher.stop, replies.stop)
                if self.demo:
                    self.demo.stop()


def _end_this_process() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def _end_together(*ends: Callable[[], None]) -> None:
    """Each may take seconds where a server hangs."""
    with ThreadPoolExecutor(len(ends)) as pool:
        for ended in [pool.submit(end) for end in ends]:
            ended.result()


def default_rules(settings: Settings) -> dict[str, Any]:
    """The nudge rules that a new mailbox begins with; raises `WrongSetting`."""
    try:
        return stored_rules(
            settle_seconds=settings.settle_seconds,
            quiet_hours=settings.quiet_hours,
            time_zone=settings.time_zone,
            cap_per_day=settings.cap_per_day,
            cap_per_week=settings.cap_per_week,
        )
    except QuietHoursError as error:
        raise WrongSetting(f"ZURUF_QUIET_HOURS: {error}") from error


@contextmanager
def open_service(settings: Settings, *, may_migrate: bool = True) -> Iterator[Service]:
    """A service with its data directory, keys and database ready; an empty database is made in any case.

    Raises `WrongSetting`, `KeyMissing` and `DatabaseUnavailable`.
    """
    _prepare_directory(settings.data_dir)
    service = Service(settings)
    try:
        service.is_new = is_empty(service.database)
        if may_migrate or service.is_new:
            migrate(service.database)
        elif not schema_is_current(service.database):
            raise DatabaseUnavailable(_OTHER_SCHEMA)
        with service.database.writing() as session:
            service.keys.prepare_installation(session)
        yield service
    finally:
        service.close()


def _prepare_directory(directory: Path) -> None:
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise WrongSetting(
            f"ZURUF_DATA_DIR: {directory} cannot be made; choose a directory you may write to"
        ) from error
    if not os.access(directory, os.W_OK | os.X_OK):
        raise WrongSetting(f"ZURUF_DATA_DIR: {directory} cannot be written to; choose another or change its owner")


def _keys_of(settings: Settings) -> list[bytes]:
    """The configured keys, or those of the data directory, made on the first start."""
    given = settings.secret_key.get_secret_value()
    if given:
        return decode_keys(given)
    path = settings.data_dir / KEY_FILE
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(encode_key(new_key()) + "\n")
    return decode_keys(path.read_text("ascii"))

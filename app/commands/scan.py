"""`zuruf scan`: the dry run over mail on disk, without any server."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.commands.options import SettingsFile
from app.commands.progress import progress_bar
from app.config import Settings, WrongSetting, load_settings

if TYPE_CHECKING:
    from app.intake.replay import Replayed
    from app.mail.archive import UnreadableFile
    from app.mail.message import MailMessage
    from app.nudge.dry_run import DryRun
    from app.nudge.policy import NudgeRules


def scan(
    path: Annotated[Path, typer.Argument(help="An mbox file, a Maildir, a folder of .eml files, or one .eml file.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    settings_file: SettingsFile = None,
) -> None:
    """Judge the mails of an outbox on disk: which look templated, and what nudges that would have been."""
    from app.commands.dry_run_table import print_dry_run
    from app.intake.replay import replay
    from app.nudge.dry_run import dry_run
    from classifier import Judge

    rules = _rules(load_settings(settings_file))
    messages, unreadable = _read(path)
    with progress_bar("judging") as report:
        replayed = replay(Judge.load(), messages, report)
    result = dry_run(len(replayed), [_facts(one) for one in replayed if one.flagged], rules)
    if as_json:
        typer.echo(json.dumps(_report(replayed, result, unreadable), default=str, ensure_ascii=False, indent=2))
        return
    print_dry_run(result, {one.template: one.message.subject for one in replayed if one.template is not None})
    if unreadable:
        typer.echo(f"{len(unreadable)} files could not be read.", err=True)


def _rules(settings: Settings) -> "NudgeRules":
    from app.main import default_rules
    from app.nudge.rules import rules_from

    return rules_from(default_rules(settings))


def _read(path: Path) -> "tuple[list[MailMessage], list[UnreadableFile]]":
    """Raises `WrongSetting` where the path holds no mail."""
    from app.mail.archive import ArchivedMessage, NotAnArchive, UnreadableFile, count_archive, read_archive

    messages: list[MailMessage] = []
    unreadable: list[UnreadableFile] = []
    try:
        total = count_archive(path)
        with progress_bar("reading") as report:
            for number, found in enumerate(read_archive(path), start=1):
                report(number, total)
                if isinstance(found, ArchivedMessage):
                    messages.append(found.message)
                else:
                    unreadable.append(found)
    except NotAnArchive as error:
        raise WrongSetting(f"{path} is no mbox file, Maildir, folder of .eml files or .eml file") from error
    return messages, unreadable


def _facts(one: "Replayed") -> Any:
    from app.nudge.policy import FlaggedSend

    return FlaggedSend(one.sent_at, one.template, frozenset(one.judgement.remembered.recipients), one.judgement.score)


def _report(replayed: "list[Replayed]", result: "DryRun", unreadable: "list[UnreadableFile]") -> dict[str, Any]:
    return {
        **asdict(result),
        "flagged_sends": [_flagged(one) for one in replayed if one.flagged],
        "unreadable": [{"path": str(found.path), "reason": found.reason} for found in unreadable],
    }


def _flagged(one: "Replayed") -> dict[str, Any]:
    return {
        "message_id": one.message.message_id,
        "date": one.message.date,
        "subject": one.message.subject,
        "to": [recipient.email for recipient in one.message.recipients],
        "template": one.template,
        "score": one.judgement.score,
        "reasons": [{"code": reason.code, **reason.facts} for reason in one.judgement.reasons],
    }

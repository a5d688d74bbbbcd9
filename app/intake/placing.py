"""Puts a judged send where it belongs: into its template and, when flagged, into a burst."""

from app.intake.bursts import join_burst
from app.intake.desk import Desk
from app.intake.samples import reason_object
from app.store import sends
from app.store.schema import Send, Template
from classifier import Judgement


def place(desk: Desk, send: Send, judgement: Judgement) -> None:
    """A template shows itself with its third copy: the earlier ones are flagged with it."""
    template = None
    if judgement.template is not None:
        template = _template(desk, send, judgement)
        if template.allowed:
            _allow(send)
    if not send.flagged:
        return
    flagged = [*(_earlier_copies(desk, template, judgement) if template else ()), send]
    for one in sorted(flagged, key=lambda copy: copy.sent_at):
        if one.nudgeable:
            join_burst(desk.session, desk.vault, desk.mailbox, one, desk.now)


def _template(desk: Desk, send: Send, judgement: Judgement) -> Template:
    """The send's template; earlier sends that the judge put into it, or into another one, go there, too."""
    numbers = {*judgement.regrouped.values(), judgement.template or 0}
    templates = {number: sends.template_for(desk.session, desk.mailbox.id, number, desk.now) for number in numbers}
    groups = {send_id: templates[number].id for send_id, number in judgement.regrouped.items()}
    sends.regroup(desk.session, desk.mailbox.id, groups)
    template = templates[judgement.template or 0]
    send.template_id = template.id
    desk.session.flush()
    return template


def _allow(send: Send) -> None:
    send.flagged = False
    send.reasons = [*send.reasons, reason_object("allowed", 0.0, {})]


def _earlier_copies(desk: Desk, template: Template, judgement: Judgement) -> list[Send]:
    """The copies before the first flagged one, now flagged for the same text; none once the template is known."""
    copies = sends.copies_before_first_flag(desk.session, template.id)
    for copy in copies:
        copy.flagged, copy.score = True, judgement.score
        same_text = [reason_object(r.code, r.weight, r.facts) for r in judgement.reasons if r.code == "same_text"]
        copy.reasons = same_text + [reason for reason in copy.reasons if reason["code"] != "same_text"]
    return copies

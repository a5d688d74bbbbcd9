"""Puts a judged send where it belongs: into its template and, when flagged, into a burst."""

from app.intake.bursts import join_burst
from app.intake.desk import Desk
from app.intake.samples import reason_object
from app.store import nudges, sends
from app.store.schema import Send, Template
from classifier import Judgement


def place(desk: Desk, send: Send, judgement: Judgement) -> None:
    """A template shows itself with its third copy: the earlier ones are flagged with it, and all are one burst."""
    copies: list[Send] = []
    if judgement.template is not None:
        template, copies = _enter_template(desk, send, judgement)
        if template.allowed and send.flagged:
            _allow(send)
    if not send.flagged:
        return
    for copy in copies:
        _flag_with(copy, judgement)
    for one in sorted([*copies, send], key=lambda copy: copy.sent_at):
        if one.nudgeable and one.nudge_id is None:
            join_burst(desk.session, desk.vault, desk.mailbox, one, desk.now)


def _enter_template(desk: Desk, send: Send, judgement: Judgement) -> tuple[Template, list[Send]]:
    """The send's template, and its earlier copies, if it is they that the send makes a template of."""
    numbers = {*judgement.regrouped.values(), judgement.template or 0}
    templates = {number: sends.template_for(desk.session, desk.mailbox.id, number, desk.now) for number in numbers}
    groups = {send_id: templates[number].id for send_id, number in judgement.regrouped.items()}
    regrouped = sends.regroup(desk.session, desk.mailbox.id, groups)
    template = templates[judgement.template or 0]
    send.template_id = template.id
    desk.session.flush()
    nudges.leave_lone_bursts(desk.session, regrouped)
    return template, sends.copies_before_first_flag(desk.session, template.id, [send, *regrouped])


def _allow(send: Send) -> None:
    send.flagged = False
    send.reasons = [*send.reasons, reason_object("allowed", 0.0, {})]


def _flag_with(copy: Send, judgement: Judgement) -> None:
    """An earlier copy is flagged for the same text, also where its style alone had flagged it."""
    same_text = [reason_object(r.code, r.weight, r.facts) for r in judgement.reasons if r.code == "same_text"]
    copy.reasons = same_text + [reason for reason in copy.reasons if reason["code"] != "same_text"]
    copy.flagged, copy.score = True, max(copy.score or 0.0, judgement.score)

"""Puts a judged send where it belongs: into its template and, when flagged, into a burst."""

from app.intake.bursts import join_burst
from app.intake.desk import Desk
from app.intake.memories import WINDOW
from app.intake.samples import group_of, reason_object
from app.store import kept_back, nudges, sends
from app.store.heeded import heeded
from app.store.kept_back import ALLOWED, NOT_FOR_PERSON
from app.store.schema import Send, Template
from classifier import Judgement


def place(desk: Desk, send: Send, judgement: Judgement) -> None:
    """A template shows itself with its third copy: the earlier ones are flagged with it, and all are one burst."""
    template, copies = None, list[Send]()
    if judgement.template is not None:
        template, copies = _enter_template(desk, send, judgement)
    elif kept_back.bears(send, ALLOWED):
        _note_origin(desk, send)
    if not kept_back.is_noteworthy(send):
        return
    if template is not None:
        desk.noteworthy.add(template.id)
    for copy in copies:
        _flag_with(copy, judgement)
    for one in sorted([*copies, send], key=lambda copy: copy.sent_at):
        _heed(desk, one, template)
        if one.flagged and one.nudgeable and one.nudge_id is None:
            join_burst(desk.session, desk.vault, desk.mailbox, one, desk.now)


def _enter_template(desk: Desk, send: Send, judgement: Judgement) -> tuple[Template, list[Send]]:
    """The send's template, and its earlier copies, if it is they that the send makes a template of."""
    noteworthy = desk.noteworthy  # as it was before this send belonged to any
    numbers = {*judgement.regrouped.values(), judgement.template or 0}
    templates = {number: desk.template(number) for number in numbers}
    groups = {send_id: templates[number].id for send_id, number in judgement.regrouped.items()}
    regrouped = sends.regroup(desk.session, desk.mailbox.id, groups)
    template = templates[judgement.template or 0]
    send.template_id = template.id
    if regrouped:
        desk.session.flush()
        nudges.follow_into_template(desk.session, regrouped)
    if not template.allowed and any(kept_back.bears(one, ALLOWED) for one in (send, *regrouped)):
        kept_back.allow(desk.session, template)
    if template.id in noteworthy:
        return template, [one for one in regrouped if one.template_id == template.id]
    return template, sends.copies_before_first_flag(desk.session, template.id, [send, *regrouped])


def _note_origin(desk: Desk, send: Send) -> None:
    """Outside a template only this note tells of which send the word was said that kept this one back."""
    group = group_of(send.sketch)
    for send_id, sketch in heeded(desk.session, desk.mailbox.id, desk.now - WINDOW).lone.items():
        if group_of(sketch) == group:
            send.reasons = [one | {"origin": str(send_id)} if one["code"] == ALLOWED else one for one in send.reasons]


def _flag_with(copy: Send, judgement: Judgement) -> None:
    """An earlier copy is flagged for the same text, also where its style alone had flagged it."""
    same_text = [reason_object(r.code, r.weight, r.facts) for r in judgement.reasons if r.code == "same_text"]
    copy.reasons = same_text + [reason for reason in copy.reasons if reason["code"] != "same_text"]
    copy.flagged, copy.score = True, max(copy.score or 0.0, judgement.score)


def _heed(desk: Desk, send: Send, template: Template | None) -> None:
    """Two words may hold at once, each to be taken back alone; the judge names only one, and earlier copies none."""
    if template is not None and template.allowed:
        kept_back.keep_back(send, ALLOWED)
    if desk.memory.spares(sends.split_keys(send.recipient_keys)):
        kept_back.keep_back(send, NOT_FOR_PERSON)

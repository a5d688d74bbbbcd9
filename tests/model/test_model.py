"""A rep, a server and time do what they like; the service is held against a model of a few sets after every step."""

import os
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from app.store import mailboxes
from app.store.states import FeedbackKind
from app.watch.folders import MOST_RENUMBERINGS
from classifier import Judge
from tests.flow.mails import PEOPLE, Person, personal_mail
from tests.model.letters import TEXTS, letter_id, round_letter, text_of
from tests.model.rig import Rig
from tests.servers.dovecot import Dovecot
from tests.servers.fault_proxy import Fault

EXAMPLES: Final = int(os.environ.get("ZURUF_TEST_MODEL", "8"))
STEPS: Final = 12 if EXAMPLES < 50 else 25
CANARY: Final = len(TEXTS) - 1  # the text that nobody has sent before the end

FIRST_NAMES: Final = ("Frank", "Gerda", "Hanna", "Ines", "Jan", "Karl", "Lena", "Max")
CROWD: Final = PEOPLE + tuple(
    Person(f"{name} Vogt", f"{name.lower()}.vogt@vogt-{number}.example", f"Vogt {number} GmbH")
    for number, name in enumerate(FIRST_NAMES)
)
QUIETING: Final = (FeedbackKind.NOT_A_TEMPLATE, FeedbackKind.STOP)
TEXT: Final = st.integers(0, CANARY - 1)


@dataclass(slots=True)
class Letter:
    """A mail that the rep sent: `ids` has a second entry where a server rewrote the id of a second copy."""

    raw: bytes
    sent_at: datetime
    while_paused: bool
    ids: list[str]
    said: set[FeedbackKind] = field(default_factory=set)

    @property
    def text(self) -> int | None:
        return text_of(self.ids[0]) if self.ids[0].startswith("<round.") else None


class Outbox(RuleBasedStateMachine):
    """The model: letters, which of them the service must know, what the rep said, whether it is paused."""

    dovecot: Dovecot
    judge: Judge

    @initialize()
    def connect(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.rig = Rig(Path(self.folder.name), self.dovecot, self.judge)
        self.letters: list[Letter] = []
        self.known: list[Letter] = []
        self.paused = False
        self.renumberings = 0
        self.delivered: Counter[str] = Counter()
        self.rig.watch()

    def teardown(self) -> None:
        if not hasattr(self, "rig"):
            return
        try:
            self._come_to_rest()
        finally:
            self.rig.close()
            self.folder.cleanup()

    # What the rep does.

    @rule(text=TEXT, people=st.integers(1, 4))
    def send_round(self, text: int, people: int) -> None:
        for _ in range(people):
            number = sum(letter.text == text for letter in self.letters)
            if number < len(CROWD):
                self._send(round_letter(text, CROWD[number], number, self.rig.now()), letter_id(text, number))

    @rule()
    def send_personal(self) -> None:
        number = len(self.letters)
        raw = personal_mail(PEOPLE[number % 5], number, self.rig.now())
        self._send(raw, f"<personal.{number}@keller-maschinen.example>")

    def _send(self, raw: bytes, message_id: str) -> None:
        self.letters.append(Letter(raw, self.rig.now(), self.paused, [message_id]))
        self.rig.file(raw, self.rig.now())

    @precondition(lambda self: self.letters)
    @rule(data=st.data(), to=st.sampled_from([None, "Archive"]))
    def take_out(self, data: st.DataObject, to: str | None) -> None:
        self.rig.take_out(data.draw(st.sampled_from(self.letters)).ids[0], to)

    @precondition(lambda self: not self.paused)
    @rule()
    def pause(self) -> None:
        self.rig.change(mailboxes.pause)
        self.paused = True
        assert self.rig.watch_in_vain() == 0

    @precondition(lambda self: self.paused)
    @rule()
    def resume(self) -> None:
        self.rig.change(mailboxes.resume)
        self.paused = False

    @precondition(lambda self: any(row.flagged for row in self.rig.judged()))
    @rule(data=st.data(), kind=st.sampled_from([*QUIETING, FeedbackKind.CALLED]))
    def say(self, data: st.DataObject, kind: FeedbackKind) -> None:
        flagged = {row.message_id for row in self.rig.judged() if row.flagged}
        letter = data.draw(st.sampled_from([one for one in self.known if flagged & set(one.ids)]))
        self.rig.say((flagged & set(letter.ids)).pop(), kind)
        letter.said.add(kind)

    @precondition(lambda self: any(letter.said for letter in self.letters))
    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        """What was said of one copy may count for all, so from here on nothing is sure about this text."""
        letter = data.draw(st.sampled_from([letter for letter in self.letters if letter.said]))
        kind = data.draw(st.sampled_from(sorted(letter.said)))
        row = next(row for row in self.rig.judged() if row.message_id in letter.ids)
        self.rig.say(row.message_id, kind, back=True)
        for other in self.letters:
            if other.text == letter.text:
                other.said.discard(kind)

    # What the server and the line do.

    @precondition(lambda self: self.letters)
    @rule(data=st.data())
    def file_a_second_copy(self, data: st.DataObject) -> None:
        """The server files its own copy beside that of the mail program, under another id."""
        letter = data.draw(st.sampled_from(self.letters))
        copy = f"<rewritten.{len(letter.ids)}.{letter.ids[0][1:]}"
        self.rig.file(letter.raw.replace(letter.ids[0].encode(), copy.encode()), self.rig.now())
        letter.ids.append(copy)
        letter.while_paused = letter.while_paused and self.paused

    # After more of them in a day the mailbox pauses by itself, until the rep goes on; that is another test's.
    @precondition(lambda self: self.renumberings < MOST_RENUMBERINGS)
    @rule(data=st.data())
    def renumber(self, data: st.DataObject) -> None:
        self.renumberings += 1
        there = set(self.rig.ids_in("Sent"))
        kept = [letter for letter in self.letters if letter.ids[0] in there]
        order = data.draw(st.permutations(kept))
        self.rig.renumber([(letter.raw, letter.sent_at) for letter in order])

    @rule(fault=st.sampled_from([Fault.RESET, Fault.CUT_IN_LITERAL, Fault.ANSWER_LOST]), octets=st.integers(0, 9000))
    def break_line(self, fault: Fault, octets: int) -> None:
        self.rig.break_line_once(fault, octets)

    @rule(minutes=st.sampled_from([1, 2, 11, 60, 360]))
    def pass_time(self, minutes: int) -> None:
        self.rig.pass_time(minutes)

    # What the service does.

    @precondition(lambda self: not self.paused)
    @rule()
    def watch(self) -> None:
        self.rig.watch()
        there = set(self.rig.ids_in("Sent"))
        self.known += [one for one in self.letters if there & set(one.ids) and one not in self.known]

    @precondition(lambda self: not self.paused)
    @rule()
    def deliver(self) -> None:
        quiet = self._quiet_texts()
        self.rig.deliver()
        nudges = self.rig.nudges()
        now_there = Counter(str(mail["In-Reply-To"]) for mail in nudges)
        note(f"nudges about {dict(now_there)}, rows {self.rig.nudge_rows()}")
        new = now_there - self.delivered
        self.delivered = now_there
        assert all(mail["To"] == "jonas@keller-maschinen.example" for mail in nudges)
        assert max(Counter(mail["Message-ID"] for mail in nudges).values(), default=0) <= 1
        assert max(Counter(self._letter(one).text for one in now_there.elements()).values(), default=0) <= 1
        assert not {self._letter(one).text for one in new} & quiet
        assert not any(self._letter(one).while_paused for one in new)

    def _letter(self, message_id: str) -> Letter:
        return next(letter for letter in self.letters if message_id in letter.ids)

    def _quiet_texts(self) -> set[int | None]:
        """Texts of which the rep said that there is to be no nudge."""
        return {letter.text for letter in self.letters if letter.said.intersection(QUIETING)}

    @invariant()
    def every_known_letter_is_judged_once(self) -> None:
        if not hasattr(self, "rig"):
            return
        judged = Counter(row.message_id for row in self.rig.judged())
        for letter in self.known:
            assert sum(judged[one] for one in letter.ids) == 1, letter.ids
        assert judged.total() == len(self.known)

    def _come_to_rest(self) -> None:
        """Whatever has happened: a new text still brings its one nudge, and Sent is as the rep left it."""
        if self.paused:
            self.resume()
        self.watch()
        self.rig.pass_time(1)
        self.send_round(CANARY, 4)
        before = self.rig.dovecot.messages(self.rig.user, "Sent")
        self.watch()
        for minutes in (11, 2, 2, 11):
            self.rig.pass_time(minutes)
            self.deliver()
        assert [self._letter(one).text for one in self.delivered].count(CANARY) == 1
        assert self.rig.dovecot.messages(self.rig.user, "Sent") == before


@pytest.mark.timeout(300 if EXAMPLES < 50 else 36_000)
def test_no_order_of_events_breaks_a_promise(dovecot: Dovecot) -> None:
    Outbox.dovecot, Outbox.judge = dovecot, Judge.load()
    # Making a failing example smaller takes longer than a test may.
    phases = [Phase.explicit, Phase.generate] if EXAMPLES < 50 else list(Phase)
    run_state_machine_as_test(
        Outbox,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            phases=phases,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )

"""Decides who wrote what when: mailings, conversations and routine notes on the ruler of working time."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from app.demo.history.hours import DAY_MINUTES, WorkingTime
from app.demo.history.letters import Letter, Writer
from app.demo.history.world import Conversation, Note, Person, Template, Turn

# Minutes of working time that pass before somebody answers.
REP_ANSWERS: Final = (15, 300)
OTHER_ANSWERS: Final = (40, 900)
MAILING_IS_ANSWERED: Final = (40, 1300)
BETWEEN_CONVERSATIONS: Final = 2 * DAY_MINUTES


class Plan:
    """Writes the letters of the whole time. Template key -> person key -> letter and minute stands in `mailed`."""

    def __init__(self, writer: Writer, time: WorkingTime) -> None:
        self.letters: list[Letter] = []
        self.mailed: dict[str, dict[str, tuple[Letter, float]]] = defaultdict(dict)
        self._busy_until: dict[str, float] = defaultdict(float)
        self._free_until: dict[str, float] = defaultdict(lambda: float(time.minutes))
        self._writer, self._time, self._rng = writer, time, writer.rng
        self._world = writer.world

    def mailings(self) -> None:
        for template in self._world.templates:
            minute = template.at * self._time.minutes // DAY_MINUTES * DAY_MINUTES + self._rng.uniform(20, 90)
            for person in self._recipients(template):
                self._mail(template, person, minute)
                minute += self._rng.uniform(0.7, 3.5)

    def answers(self) -> None:
        """The conversations that begin with an answer to a mailing."""
        for conversation in self._world.conversations:
            if conversation.after is not None:
                parent, minute = self.mailed[conversation.after][conversation.person.key]
                gaps = [self._rng.uniform(*MAILING_IS_ANSWERED), *self._gaps(conversation.turns[1:])]
                self._talk(conversation, minute, gaps, parent)
                if conversation.person.group != "prospect":
                    self._free_until[conversation.person.key] = minute

    def conversations(self) -> None:
        """The other conversations; those of one person follow one another.

        A prospect's come after the first mailings, a customer's before the mailing that is answered: the answer may
        speak of them.
        """
        by_person: dict[str, list[Conversation]] = defaultdict(list)
        for conversation in self._world.conversations:
            if conversation.after is None:
                by_person[conversation.person.key].append(conversation)
        for conversations in by_person.values():
            self._talk_in_turn(conversations)

    def notes(self) -> None:
        customers = [person for person in self._world.people.values() if person.group == "customer"]
        number = self._rng.randint(4100, 4900)
        for note in self._world.notes:
            for person, minute in zip(self._rng.sample(customers, note.count), self._minutes(note.count), strict=True):
                number += self._rng.randint(1, 9)
                self._note(note, person, minute, str(number))

    def _recipients(self, template: Template) -> list[Person]:
        needed = {template.key} | {later.key for later in self._world.templates if later.follows == template.key}
        wanted = [c.person for c in self._world.conversations if c.after in needed]
        if template.follows:
            answered = {c.person.key for c in self._world.conversations if c.after == template.follows}
            pool = [self._world.people[key] for key in self.mailed[template.follows] if key not in answered]
        else:
            pool = [person for person in self._world.people.values() if person.group in template.groups]
        others = [person for person in pool if person not in wanted]
        chosen = wanted + self._rng.sample(others, template.count - len(wanted))
        self._rng.shuffle(chosen)
        return chosen

    def _mail(self, template: Template, person: Person, minute: float) -> None:
        text = template.body.replace("{edit}", self._rng.choice(template.edits))
        parent = self.mailed[template.follows][person.key][0] if template.follows else None
        subject = self._rng.choice(template.subjects) if template.subjects else ""
        letter = self._writer.from_rep(person, subject, text, self._time.moment(minute), parent)
        self.mailed[template.key][person.key] = (letter, minute)
        self.letters.append(letter)
        if template.groups == ("prospect",):
            self._busy_until[person.key] = minute

    def _talk_in_turn(self, conversations: Sequence[Conversation]) -> None:
        gaps = [self._gaps(conversation.turns[1:]) for conversation in conversations]
        lengths = [sum(each) + BETWEEN_CONVERSATIONS for each in gaps]
        earliest = self._busy_until[conversations[0].person.key]
        room = self._free_until[conversations[0].person.key] - earliest - sum(lengths)
        slack = room if room > 0 else self._time.minutes - earliest - sum(lengths)
        starts = sorted(self._rng.uniform(0, slack) for _ in conversations)
        for conversation, start, each in zip(conversations, starts, gaps, strict=True):
            self._talk(conversation, earliest + start, [0.0, *each], None)
            earliest += sum(each) + BETWEEN_CONVERSATIONS

    def _talk(self, conversation: Conversation, minute: float, gaps: Iterable[float], parent: Letter | None) -> None:
        for turn, gap in zip(conversation.turns, gaps, strict=True):
            minute += gap
            parent = self._turn(conversation, turn, minute, parent)
            self.letters.append(parent)
        if conversation.person.group == "prospect":
            self._busy_until[conversation.person.key] = minute

    def _turn(self, conversation: Conversation, turn: Turn, minute: float, parent: Letter | None) -> Letter:
        person, sent_at = conversation.person, self._time.moment(minute)
        if turn.from_rep:
            letter = self._writer.from_rep(person, conversation.subject, turn.text, sent_at, parent, turn.note)
        else:
            letter = self._writer.from_customer(person, conversation.subject, turn.text, sent_at, parent, turn.note)
        letter.cc = conversation.cc
        return letter

    def _note(self, note: Note, person: Person, minute: float, number: str) -> None:
        subject, body, attachment = (
            text.replace("{number}", number) for text in (note.subject, note.body, note.attachment)
        )
        self.letters.append(self._writer.from_rep(person, subject, body, self._time.moment(minute), None, attachment))

    def _gaps(self, turns: Iterable[Turn]) -> list[float]:
        return [self._rng.uniform(*(REP_ANSWERS if turn.from_rep else OTHER_ANSWERS)) for turn in turns]

    def _minutes(self, count: int) -> list[float]:
        return sorted(self._rng.uniform(0, self._time.minutes) for _ in range(count))

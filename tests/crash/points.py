"""Where the service is killed: a numbered table of moments between reading a send and recording its nudge.

A moment is a pattern over the trace that `tests.crash.trace` makes of a running service: what went over IMAP, what a
transaction wrote, which function was called. Only the last kind names something of the product.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Story(StrEnum):
    """What happens around the armed start."""

    CONNECTED = "connected"  # the mailbox is new to the service, and the mails were sent while it was down
    LIVE = "live"  # the mails are sent while the service waits in IDLE
    UNSETTLED = "unsettled"  # as `CONNECTED`, and bursts take a while to settle
    IN_DOUBT = "in doubt"  # it was killed before, on the way of a nudge into INBOX
    TWO_COPIES = "two copies"  # twice, and the first nudge has shown itself late, beside the second
    RENUMBERED = "renumbered"  # all was done; then the folder was made anew (another UIDVALIDITY) and more was sent
    FEEDBACK = "feedback"  # the nudge is there, and the rep follows a link in it
    SET_ASIDE = "set aside"  # as `CONNECTED`, and the database refuses the row of one mail
    SECOND = "second"  # as `CONNECTED`, and there is a second Sent folder with mails
    SUBMITTED = "submitted"  # as `CONNECTED`, and the nudge is handed to an SMTP server
    DIGEST = "digest"  # as `CONNECTED`, and the notes come in a digest, which is due at once
    PAUSE = "pause"  # all was done; the command `zuruf mailbox pause` is what is killed


@dataclass(frozen=True, slots=True)
class Point:
    """The `passes`-th time that `moment` matches a line of the trace; `before`: the kills that came first."""

    number: int
    words: str
    story: Story
    moment: str
    passes: int = 1
    before: tuple[int, ...] = ()


_SEARCH: Final = "imap Sent answered UID SEARCH UID "
_HEADS: Final = "imap Sent answered UID FETCH .*BODYSTRUCTURE"
_PARTS: Final = r"imap Sent answered UID FETCH .*BODY\.PEEK\[1\]"
_FIND: Final = "imap INBOX answered UID SEARCH HEADER"
_EPOCH: Final = "commit {} .*mailboxes .*uidvalidity="
_BATCH: Final = "commit {} .*last_uid="
_INTENT: Final = "commit {} .*nudges .*state=intent .*attempts={}"
_EACH: Final = "call before app.intake.take_in.Intake._take_each"
_ASIDE: Final = "commit {} .*quarantined "
_SECOND: Final = "commit {} .*second_folders .*{}="
_SMTP: Final = Story.SUBMITTED
# EHLO, AUTH, MAIL, RCPT, DATA, and then the letter.
_OCTETS: Final = "call after aiosmtplib.protocol.SMTPProtocol.write"
_GATHERED: Final = "commit {} .*nudges .*kind=digest"
_DELIVERED: Final = "commit {} .*nudges .*state=delivered"

CONNECTING: Final = (
    Point(1, "Sent opened for the first time", Story.CONNECTED, "imap Sent answered EXAMINE"),
    Point(2, "look-back window found", Story.CONNECTED, "imap Sent answered UID SEARCH SINCE"),
    Point(3, "before the commit that sets the cursor", Story.CONNECTED, _EPOCH.format("before")),
    Point(4, "after it", Story.CONNECTED, _EPOCH.format("after")),
    Point(5, "before the commit of the first read's second batch", Story.CONNECTED, _BATCH.format("before"), 3),
    Point(6, "after it", Story.CONNECTED, _BATCH.format("after"), 3),
    Point(7, "before the commit that ends the first read", Story.CONNECTED, "commit before .*history_ended_at="),
    Point(8, "after it", Story.CONNECTED, "commit after .*history_ended_at="),
)
READING: Final = (
    Point(9, "push read", Story.LIVE, "imap Sent pushed"),
    Point(10, "new UIDs found", Story.LIVE, _SEARCH),
    Point(11, "headers and structure fetched", Story.LIVE, _HEADS),
    Point(12, "text parts fetched", Story.LIVE, _PARTS),
    Point(13, "third mail judged", Story.LIVE, "call after classifier.judge.Judge.judge", 3),
    Point(14, "third mail's row written, not committed", Story.LIVE, "write sends", 3),
    Point(15, "before the commit of the batch", Story.LIVE, _BATCH.format("before")),
    Point(16, "after it", Story.LIVE, _BATCH.format("after")),
    Point(17, "memory kept", Story.LIVE, "call after app.intake.memories.Memories.keep"),
    Point(18, "next batch fetched", Story.LIVE, _HEADS, 2),
)
DELIVERING: Final = (
    Point(19, "burst taken up", Story.LIVE, "call before app.courier.delivery.Delivery.advance"),
    Point(
        20, "before the commit of the decision to wait", Story.UNSETTLED, "commit before .*nudges .*decision=settling"
    ),
    Point(21, "after it", Story.UNSETTLED, "commit after .*nudges .*decision=settling"),
    Point(22, "before the commit of the claim", Story.CONNECTED, "commit before nudges claimed_until=2"),
    Point(23, "after it", Story.CONNECTED, "commit after nudges claimed_until=2"),
    Point(24, "INBOX opened", Story.CONNECTED, "imap INBOX answered EXAMINE"),
    Point(25, "contacts' mails read", Story.CONNECTED, "imap INBOX answered UID FETCH .*BODYSTRUCTURE"),
    Point(26, "letter composed", Story.CONNECTED, "call after app.courier.letters.LetterDesk.letter"),
    Point(27, "before the commit of the intent", Story.CONNECTED, _INTENT.format("before", 1)),
    Point(28, "after it", Story.CONNECTED, _INTENT.format("after", 1)),
    Point(29, "APPEND sent, no octet of the nudge", Story.CONNECTED, "imap INBOX sent APPEND"),
    Point(30, "half of the nudge sent", Story.CONNECTED, "imap INBOX half"),
    Point(31, "the whole nudge sent, no answer read", Story.CONNECTED, "imap INBOX whole"),
    Point(32, "APPEND's answer read, not recorded", Story.CONNECTED, "imap INBOX answered APPEND"),
    Point(33, "before the commit of the delivery", Story.CONNECTED, _DELIVERED.format("before")),
    Point(34, "after it", Story.CONNECTED, _DELIVERED.format("after")),
)
RECOVERING: Final = (
    Point(35, "found again, before the commit of the delivery", Story.IN_DOUBT, _DELIVERED.format("before"), 1, (32,)),
    Point(36, "first search found nothing", Story.IN_DOUBT, _FIND, 1, (30,)),
    Point(37, "before its commit", Story.IN_DOUBT, "commit before .*nudges .*absent_at=2", 1, (30,)),
    Point(38, "after it", Story.IN_DOUBT, "commit after .*nudges .*absent_at=2", 1, (30,)),
    Point(39, "second search found nothing", Story.IN_DOUBT, _FIND, 2, (30,)),
    Point(40, "before the commit of the second intent", Story.IN_DOUBT, _INTENT.format("before", 2), 1, (30,)),
    Point(41, "after it", Story.IN_DOUBT, _INTENT.format("after", 2), 1, (30,)),
    Point(42, "half of the second nudge sent", Story.IN_DOUBT, "imap INBOX half", 1, (30,)),
    Point(43, "the whole second nudge sent", Story.IN_DOUBT, "imap INBOX whole", 1, (30,)),
    Point(44, "its answer read, not recorded", Story.IN_DOUBT, "imap INBOX answered APPEND", 1, (30,)),
    Point(45, "after the commit of its delivery", Story.IN_DOUBT, _DELIVERED.format("after"), 1, (30,)),
    Point(46, "second copy marked as deleted", Story.TWO_COPIES, "imap INBOX answered UID STORE", 1, (30, 44)),
    Point(47, "second copy removed", Story.TWO_COPIES, "imap INBOX answered UID EXPUNGE", 1, (30, 44)),
    Point(48, "before the commit that ends looking", Story.TWO_COPIES, "commit before .*verify_at=None", 1, (30, 44)),
)
CHANGING: Final = (
    Point(49, "before the commit of a new UIDVALIDITY", Story.RENUMBERED, _EPOCH.format("before")),
    Point(50, "after it", Story.RENUMBERED, _EPOCH.format("after")),
    Point(51, "after the first batch read anew", Story.RENUMBERED, _BATCH.format("after"), 3),
    Point(52, "before the commit of feedback", Story.FEEDBACK, "commit before .*feedback id="),
    Point(53, "after it", Story.FEEDBACK, "commit after .*feedback id="),
    Point(54, "before the commit of a pause", Story.PAUSE, "commit before .*state=paused"),
    Point(55, "after it", Story.PAUSE, "commit after .*state=paused"),
)
PARTING: Final = (
    Point(56, "first part of a batch committed, its rest not", Story.CONNECTED, _BATCH.format("after")),
    Point(57, "a batch refused, before each mail by itself", Story.SET_ASIDE, _EACH),
    Point(58, "bad mail's row written, not committed", Story.SET_ASIDE, "write quarantined"),
    Point(59, "before the commit that sets it aside", Story.SET_ASIDE, _ASIDE.format("before")),
    Point(60, "after it", Story.SET_ASIDE, _ASIDE.format("after")),
    Point(61, "second folder opened for the first time", Story.SECOND, "imap Gesendet answered EXAMINE"),
    Point(62, "before the commit that sets its cursor", Story.SECOND, _SECOND.format("before", "uidvalidity")),
    Point(63, "after it", Story.SECOND, _SECOND.format("after", "uidvalidity")),
    Point(64, "before the commit of a part of it", Story.SECOND, _SECOND.format("before", "last_uid")),
    Point(65, "after it", Story.SECOND, _SECOND.format("after", "last_uid")),
    Point(66, "before the commit that it was looked into", Story.SECOND, _SECOND.format("before", "looked_at")),
    Point(67, "after it", Story.SECOND, _SECOND.format("after", "looked_at")),
)
SUBMITTING: Final = (
    Point(68, "logged in to the SMTP server, before the commit of the intent", _SMTP, _INTENT.format("before", 1)),
    Point(69, "after it", _SMTP, _INTENT.format("after", 1)),
    Point(70, "recipient named, no octet of the nudge", _SMTP, "call after aiosmtplib.SMTP.rcpt"),
    Point(71, "the whole nudge sent, no answer read", _SMTP, _OCTETS, 6),
    Point(72, "the server's answer read, not recorded", _SMTP, "call after app.mail.smtp.Submission.send_to_self"),
    Point(73, "before the commit of the delivery", _SMTP, _DELIVERED.format("before")),
    Point(74, "after it", _SMTP, _DELIVERED.format("after")),
)
GATHERING: Final = (
    Point(75, "before the commit that binds bursts to a digest", Story.DIGEST, _GATHERED.format("before")),
    Point(76, "after it", Story.DIGEST, _GATHERED.format("after")),
    Point(77, "digest composed", Story.DIGEST, "call after app.courier.letters.LetterDesk.digest"),
    Point(78, "before the commit of its intent", Story.DIGEST, _INTENT.format("before", 1)),
    Point(79, "after it", Story.DIGEST, _INTENT.format("after", 1)),
    Point(80, "half of the digest sent", Story.DIGEST, "imap INBOX half"),
    Point(81, "APPEND's answer read, not recorded", Story.DIGEST, "imap INBOX answered APPEND"),
    Point(82, "before the commit of its delivery", Story.DIGEST, _DELIVERED.format("before")),
    Point(83, "after it", Story.DIGEST, _DELIVERED.format("after")),
    Point(84, "digest found again, before that commit", Story.DIGEST, _DELIVERED.format("before"), 1, (81,)),
    Point(85, "after the commit of its second intent", Story.DIGEST, _INTENT.format("after", 2), 1, (80,)),
)
_STEPS: Final = (CONNECTING, READING, DELIVERING, RECOVERING, CHANGING, PARTING, SUBMITTING, GATHERING)
POINTS: Final = {point.number: point for step in _STEPS for point in step}

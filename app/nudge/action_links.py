"""Signed links of a nudge's actions: each opens a page for one nudge and one action, no more."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from itsdangerous import BadData, URLSafeSerializer

LIFETIME_DAYS: Final = 14
_SECONDS_A_DAY: Final = 86400


class BadLink(Exception):
    """The link was changed, is none of ours, or has expired; which of these is never told."""


@dataclass(frozen=True, slots=True)
class ActionLink:
    """`action` is a `FeedbackKind` value or `open`."""

    nudge_id: uuid.UUID
    action: str


class ActionLinks:
    """Makes and reads tokens with the installation's key."""

    def __init__(self, key: bytes) -> None:
        self._serializer = URLSafeSerializer(key, salt="nudge-action")

    def token(self, link: ActionLink, now: datetime) -> str:
        ends = int(now.timestamp()) + LIFETIME_DAYS * _SECONDS_A_DAY
        return str(self._serializer.dumps([link.nudge_id.hex, link.action, ends]))

    def read(self, token: str, now: datetime) -> ActionLink:
        """Raises `BadLink`."""
        try:
            nudge_id, action, ends = self._serializer.loads(token)
            link = ActionLink(uuid.UUID(hex=nudge_id), str(action))
        except (BadData, ValueError, TypeError) as error:
            raise BadLink from error
        if now.timestamp() > ends:
            raise BadLink
        return link

"""Which mails of a batch are sends that were seen before: by their id, or as double copies under another id."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Final, Self

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.store.schema import Send

# A client's own Sent copy and the server's arrive within seconds of each other, at times with different Message-IDs.
DOUBLE_COPY: Final = timedelta(minutes=10)


class KnownSends:
    """Sends of one mailbox, found by the keyed hashes of their identity or their content."""

    def __init__(self, sends: Iterable[Send] = ()) -> None:
        self._by_identity: dict[bytes, Send] = {}
        self._by_content: defaultdict[bytes, list[Send]] = defaultdict(list)
        for send in sends:
            self.add(send)

    @classmethod
    def load(
        cls, session: Session, mailbox_id: uuid.UUID, identities: Collection[bytes], content_keys: Collection[bytes]
    ) -> Self:
        """Those that were stored before any of a batch."""
        same = or_(Send.identity.in_(identities), Send.content_key.in_(content_keys))
        return cls(session.scalars(select(Send).where(Send.mailbox_id == mailbox_id, same)))

    def add(self, send: Send) -> None:
        self._by_identity[send.identity] = send
        self._by_content[send.content_key].append(send)

    def copy_of(self, identity: bytes, content_key: bytes, sent_at: datetime) -> Send | None:
        """The row of this very mail, if it was seen before."""
        known = self._by_identity.get(identity)
        if known is not None:
            return known
        alike = self._by_content.get(content_key, ())
        return next((send for send in alike if abs(send.sent_at - sent_at) <= DOUBLE_COPY), None)

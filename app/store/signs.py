"""Which reasons a judgement has, as the bits of one number, so that an index can answer for them.

Only `schema.Send` fills the number, whenever its reasons are set.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

# A code keeps its place for good: new ones are appended, 31 at most. Others have no bit.
CODES: Final = (
    "same_text",
    "earlier_contact",
    "style",
    "sales_phrases",
    "call_to_action",
    "opt_out",
    "merge_field",
    "many_recipients",
    "hidden_recipients",
    "unsubscribe_header",
    "tracking_pixel",
    "tracking_links",
    "sequence_tool",
    "reply",
    "internal",
    "routine_note",
    "calendar",
    "known_recipient",
    "automatic",
    "excluded",
    "allowed",
    "not_for_person",
    "style_refused",
)
_BITS: Final[Mapping[str, int]] = {code: 1 << place for place, code in enumerate(CODES)}


def bit_of(code: str) -> int:
    """0 for a code that has no bit."""
    return _BITS.get(code, 0)


def signs_of(reasons: Iterable[Mapping[str, Any]]) -> int:
    """The bits of all codes among the reasons."""
    signs = 0
    for reason in reasons:
        signs |= bit_of(reason["code"])
    return signs

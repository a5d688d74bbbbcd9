"""Which recipient a word means."""

import pytest

from app.nudge.named_people import person_meant

ANNA, BORIS, BERND, NAMELESS = (
    "anna.weber@guss.example",
    "b.lang@lang.example",
    "bernd@lang.example",
    "jo@pumpen.example",
)
PEOPLE = {ANNA: "Anna Weber", BORIS: "Boris Lang", BERND: "Bernd Groß", NAMELESS: ""}


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Anna Weber", ANNA),
        ("Frau Weber", ANNA),
        ("anna", ANNA),
        ("Herrn Lang", BORIS),
        ("Weber, Anna", ANNA),
        ("Herrn Gross", BERND),
        ("bernd@lang.example", BERND),
        ("jo", NAMELESS),
        ("jo@pumpen.example", NAMELESS),
        ("Frau", None),
        ("Frau Schmidt", None),
        ("Anna Lang", None),
        ("example", None),
        ("nr 2", None),
        ("", None),
        (None, None),
    ],
)
def test_a_word_means_the_one_person_whom_it_fits(said: str | None, meant: str | None) -> None:
    assert person_meant(said, PEOPLE) == meant


def test_without_a_word_the_only_person_is_meant() -> None:
    assert person_meant(None, {ANNA: "Anna Weber"}) == ANNA
    assert person_meant(None, {}) is None

"""Reads the catalogues and hands out one translator for each language."""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Final, Literal, get_args

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

Language = Literal["de", "en"]
Tone = Literal["sie", "du"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
TONES: Final[tuple[Tone, ...]] = get_args(Tone)
FOLDER: Final = Path(__file__).parent


class Translator:
    """Turns message ids into one language. `gettext` and `ngettext` take named `%(name)s` parameters."""

    def __init__(self, language: Language, translations: NullTranslations) -> None:
        self.language = language
        self._translations = translations

    def gettext(self, message: str, **parameters: object) -> str:
        text = self._translations.gettext(message)
        return text % parameters if parameters else text

    def ngettext(self, singular: str, plural: str, n: int, **parameters: object) -> str:
        """`n` is also available as `%(n)s`, written as the language writes numbers: `10,000`."""
        return self._translations.ngettext(singular, plural, n) % {
            "n": format_decimal(n, locale=self.language),
            **parameters,
        }


def read_catalogue(language: Language, tone: Tone = "sie") -> Catalog:
    """All messages of one language, merged from its `.po` files; `du` replaces those that address the reader."""
    merged = Catalog(locale=language)
    folders = [FOLDER / language] + [FOLDER / f"{language}_du"] * (tone == "du")
    for path in [path for folder in folders for path in sorted(folder.glob("*.po"))]:
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id:
                    merged.delete(message.id)
                    merged[message.id] = message
    return merged


@cache
def translator(language: Language, tone: Tone = "sie") -> Translator:
    """The translator of `language`; English needs no catalogue and has one tone, its texts are the message ids."""
    if language == "en":
        return Translator(language, NullTranslations())
    buffer = BytesIO()
    write_mo(buffer, read_catalogue(language, tone))
    buffer.seek(0)
    return Translator(language, GNUTranslations(buffer))


def language_of(wanted: str | None) -> Language:
    """The language for a tag such as `de-AT`; anything but German reads English."""
    return "de" if wanted and wanted.lower().replace("_", "-").split("-")[0] == "de" else "en"

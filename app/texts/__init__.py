"""Texts of pages and mails in German and English: gettext catalogues, English as the message id.

A catalogue is every `.po` file in the folder of its language; they are read as they are, so nothing needs compiling.
German addresses the reader with "Sie"; what differs with "du" stands in the folder `de_du`.
"""

from app.texts.catalogue import LANGUAGES, TONES, Language, Tone, Translator, language_of, translator

__all__ = ["LANGUAGES", "TONES", "Language", "Tone", "Translator", "language_of", "translator"]

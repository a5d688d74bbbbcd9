"""Texts of pages and mails in German and English: gettext catalogues, English as the message id.

A catalogue is every `.po` file in the folder of its language; they are read as they are, so nothing needs compiling.
"""

from app.texts.catalogue import LANGUAGES, Language, Translator, language_of, translator

__all__ = ["LANGUAGES", "Language", "Translator", "language_of", "translator"]

"""Renders a mail of `templates/mail/` in one language; knows the looks of a mail, not what it is about.

A mail NAME is three templates: `NAME-subject.txt`, `NAME-body.txt`, `NAME-body.html`; fragments start with `_`.

How templates say things to people, on pages as in mails: by calling `_` and `ngettext` with named parameters, as Python
sources call `Translator.gettext` and `Translator.ngettext`:

    {{ _("In the signature of %(day)s", day=day) }}
    {{ ngettext("%(n)s person", "%(n)s persons", people) }}

No `{% trans %}` blocks and no markup inside a message: the finished sentence is escaped as a whole where the template
is HTML. A literal percent sign is doubled wherever there are parameters, and always with `ngettext`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from textwrap import wrap
from typing import Final

import css_inline
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from app.texts.catalogue import Language, Tone, translator

FOLDER: Final = Path(__file__).parents[2] / "templates" / "mail"
TEXT_COLUMNS: Final = 76


@dataclass(frozen=True, slots=True)
class RenderedMail:
    """The subject is one line; the text has at most 76 columns but for links, which stay whole; the HTML is inlined."""

    subject: str
    text: str
    html: str


def render_mail(name: str, language: Language, tone: Tone = "sie", **values: object) -> RenderedMail:
    """Renders the three templates of mail `name`; raises jinja2.UndefinedError when a value they need is missing."""
    templates = mail_environment(language, tone)
    subject, text, html = (
        templates.get_template(f"{name}-{part}").render(values, language=language)
        for part in ("subject.txt", "body.txt", "body.html")
    )
    return RenderedMail(" ".join(subject.split()), fold_lines(text), _inline_styles(html))


@cache
def mail_environment(language: Language, tone: Tone = "sie") -> Environment:
    """The template environment of one language and tone; HTML is escaped, plain text is not."""
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    texts = translator(language, tone)
    environment.globals.update(_=texts.gettext, gettext=texts.gettext, ngettext=texts.ngettext)
    return environment


def fold_lines(text: str) -> str:
    """Folds long lines, keeping their indent; empty lines come single, the text ends with a newline."""
    folded: list[str] = []
    for line in text.strip("\n").splitlines():
        if line.strip() or folded[-1]:
            folded.extend(_folded(line.rstrip()))
    return "\n".join(folded) + "\n"


def _folded(line: str) -> Iterator[str]:
    indent = " " * (len(line) - len(line.lstrip()))
    if line.lstrip().startswith("- "):
        indent += "  "
    yield from wrap(
        line, TEXT_COLUMNS, subsequent_indent=indent, break_long_words="://" not in line, break_on_hyphens=False
    ) or [""]


def _inline_styles(html: str) -> str:
    # Media queries cannot be inlined, so the style element stays for those clients that read it.
    return css_inline.inline(html, keep_style_tags=True, keep_at_rules=True, load_remote_stylesheets=False)

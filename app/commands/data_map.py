"""`zuruf data-map`: what the database holds about whom, as a document in German or English."""

from typing import TYPE_CHECKING, Annotated, Final

import typer

if TYPE_CHECKING:
    from app.store.data_map import Entry, Text
    from app.texts import Language

Words = tuple[str, str]  # English, German

_TITLE: Final[Words] = ("Data map: what Zuruf stores", "Datenkarte: was Zuruf speichert")
_LEAD: Final[Words] = (
    (
        "Made from the program's own list of its columns by `zuruf data-map`; a column missing there fails the tests. "
        "There is no table beside these. Texts of mails are in none of them. "
        "An overview of the program, no legal advice: a draft, like the papers beside it."
    ),
    (
        "Erzeugt mit `zuruf data-map` aus dem Spaltenverzeichnis des Programms; eine Spalte, die dort fehlt, lässt die "
        "Tests scheitern. Andere Tabellen gibt es nicht. In keiner stehen Texte von Mails. "
        "Eine Übersicht zum Programm, keine Rechtsberatung: ein Entwurf wie die Unterlagen daneben."
    ),
)
_HEADINGS: Final[Words] = (
    "| column | what | why | form | how long | who is shown it |",
    "| Spalte | was | wozu | Form | wie lange | wer es gezeigt bekommt |",
)
_KEPT: Final[dict[str, Words]] = {
    "installation": ("as long as the installation", "solange es die Installation gibt"),
    "account": ("until the person's last mailbox is removed", "bis das letzte Postfach der Person entfernt wird"),
    "mailbox": ("until the mailbox is removed", "bis das Postfach entfernt wird"),
    "retention": ("90 days (default)", "90 Tage (Voreinstellung)"),
    "standing": (
        "90 days (default); what was said of a template as long as the text still occurs",
        "90 Tage (Voreinstellung); was zu einer Vorlage gesagt wurde, solange der Text noch vorkommt",
    ),
    "expiry": ("until the day that the row itself names", "bis zu dem Tag, den die Zeile selbst nennt"),
    "session": ("30 days without use, 180 at most", "30 Tage ohne Nutzung, höchstens 180"),
    "invitation": ("3 days; erased within an hour after", "3 Tage; danach binnen einer Stunde gelöscht"),
    "link": ("15 minutes; erased within an hour after", "15 Minuten; danach binnen einer Stunde gelöscht"),
}
_FORM: Final[dict[str, Words]] = {
    "clear": ("in clear", "im Klartext"),
    "sealed": ("encrypted", "verschlüsselt"),
    "withheld": ("encrypted; not in exports", "verschlüsselt; nicht im Export"),
    "hashed": ("hash; nothing can be read back", "Hashwert; nichts lässt sich zurücklesen"),
}
_SEEN: Final[dict[str, Words]] = {
    "rep": ("the person", "die Person"),
    "operator": (
        "the person; the operator, to tell how mailboxes are",
        "die Person; der Betreiber, zum Zustand der Postfächer",
    ),
    "nobody": ("nobody", "niemand"),
}


def show_data_map(language: Annotated[str, typer.Option(help="de or en.")] = "en") -> None:
    """Print what is stored, why, how long, in which form, and who is shown it."""
    from app.texts import language_of

    typer.echo(data_map_page(language_of(language)), nl=False)


def data_map_page(language: "Language") -> str:
    """The document, in Markdown."""
    from app.store.data_map import entries

    place = 0 if language == "en" else 1
    lines = [f"# {_TITLE[place]}", "", _LEAD[place]]
    table = ""
    for entry in entries():
        if entry.table != table:
            table = entry.table
            lines += ["", f"## {table}", "", _HEADINGS[place], "| --- | --- | --- | --- | --- | --- |"]
        lines.append(_line(entry, place))
    return "\n".join(lines) + "\n"


def _line(entry: "Entry", place: int) -> str:
    def said(text: "Text") -> str:
        return (text.en, text.de)[place]

    columns = ", ".join(f"`{column}`" for column in entry.columns)
    words = (_FORM[entry.form][place], _KEPT[entry.kept][place], _SEEN[entry.seen][place])
    return f"| {columns} | {said(entry.what)} | {said(entry.why)} | {' | '.join(words)} |"

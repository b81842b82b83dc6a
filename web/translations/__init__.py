"""The English catalogue. Chinese is the language of the sources: its sentences are the msgids.

python -m web.translations           compile what changed (set-up and tests do this)
python -m web.translations update    collect new sentences from the sources into `en/LC_MESSAGES/messages.po`
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

WEB = Path(__file__).resolve().parent.parent
PO = WEB / "translations" / "en" / "LC_MESSAGES" / "messages.po"
METHODS = [("frontend/**", "ignore"), ("static/**", "ignore"), ("**.py", "python"), ("**/templates/**.html", "jinja2")]
OPTIONS = {"**/templates/**.html": {"trimmed": "true", "silent": "false"}}
KEYWORDS = {"_": None, "_l": None, "gettext": None, "ngettext": (1, 2)}


def compile() -> bool:
    """Write the .mo beside the .po unless it is newer; True when it was written."""
    target = PO.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime >= PO.stat().st_mtime:
        return False
    buffer = BytesIO()
    write_mo(buffer, catalogue())
    target.write_bytes(buffer.getvalue())
    return True


def catalogue() -> Catalog:
    """The English catalogue as it stands."""
    with PO.open("rb") as file:
        return read_po(file, locale="en", charset="utf-8")


def sources() -> Catalog:
    """Every sentence that the sources mark for translation."""
    found = Catalog(charset="utf-8")
    for file, line, message, _comments, _context in extract_from_dir(WEB, METHODS, OPTIONS, KEYWORDS):
        found.add(message, locations=[(file, line)])
    return found


def update() -> None:
    """Bring the catalogue's list of sentences in step with the sources; new ones come in untranslated."""
    catalog = catalogue() if PO.exists() else Catalog(locale="en")
    catalog.update(sources(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, catalog, width=120, sort_output=True, omit_header=True, no_location=True)

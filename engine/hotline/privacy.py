"""Personal data: sealed in the database, masked on the screen, read in clear only with a reason, which is recorded.

A sealed value is bound to its place (table, row, column): moved to another row it does not open any more. Both keys,
for sealing and for finding repeats, are derived from the one DATA_KEY of the configuration.
"""

from __future__ import annotations

import hmac
import os
import re
from functools import lru_cache

import phonenumbers
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberMatcher

from engine import errors

FORMAT = b"\x01"  # first byte of every sealed value, so that another cipher may follow one day
NONCE = 12


class SealBroken(errors.BanjieError):
    """A sealed value does not open: wrong key, or it was changed or moved."""

    zh = "加密数据无法解开：密钥不符，或数据被改动"


@lru_cache(maxsize=8)
def _derived(secret: str, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"banjie " + purpose).derive(secret.encode())


@lru_cache(maxsize=8)
def _cipher(secret: str) -> AESGCM:
    return AESGCM(_derived(secret, b"sealed fields"))


def encrypt(text: str, *place: object) -> bytes:
    """Seal `text` for its place, e.g. `encrypt(name, "party", order_id, 1, "name")`."""
    return seal(text.encode(), *place)


def decrypt(sealed: bytes, *place: object) -> str:
    """Open what was sealed for this place. Raises SealBroken."""
    return unseal(sealed, *place).decode()


def seal(content: bytes, *place: object) -> bytes:
    """Seal a file for its place."""
    nonce = os.urandom(NONCE)
    return FORMAT + nonce + _cipher(current_app.config["DATA_KEY"]).encrypt(nonce, content, _bound(place))


def unseal(sealed: bytes, *place: object) -> bytes:
    """Open the file that was sealed for this place. Raises SealBroken."""
    try:
        cipher = _cipher(current_app.config["DATA_KEY"])
        return cipher.decrypt(sealed[1 : 1 + NONCE], sealed[1 + NONCE :], _bound(place))
    except (InvalidTag, ValueError):
        raise SealBroken(f"the sealed value of {'/'.join(map(str, place))} does not open") from None


def _bound(place: tuple[object, ...]) -> bytes:
    return "/".join(map(str, place)).encode()


def normal_phone(text: str) -> str | None:
    """The number in international form (+86…), or None when it is none. Numbers without prefix are Chinese."""
    try:
        number = phonenumbers.parse(text, "CN")
    except NumberParseException:
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) if phonenumbers.is_valid_number(number) else None


def phone_index(phone: str) -> bytes:
    """A keyed digest of a phone number: equal numbers have equal digests, and nobody reads the number from it."""
    key = _derived(current_app.config["DATA_KEY"], b"phone index")
    return hmac.digest(key, (normal_phone(phone) or phone).encode(), "sha256")


def mask_name(name: str) -> str:
    """张*明 keeps too much of a two-character name, so only the family name stays."""
    return name[:1] + "*" * max(len(name) - 1, 1)


def mask_phone(phone: str) -> str:
    """The last four digits stay: enough for a clerk to ask "is it the number ending in …"."""
    digits = sum(c.isdigit() for c in phone)
    return _stars(phone, keep_head=max(0, min(3, digits - 8)), keep_tail=4 if digits > 7 else 2)


def mask_id(number: str) -> str:
    """The last four characters stay."""
    return "*" * max(len(number) - 4, 4) + number[-4:] if len(number) > 8 else "*" * len(number)


def mask_address(address: str) -> str:
    """District and road stay, the door does not."""
    return address[:6] + "***" if len(address) > 6 else "***"


def mask_email(email: str) -> str:
    name, at, host = email.partition("@")
    return f"{name[:1]}***{at}{host}"


MASKS = {
    "name": mask_name, "phone": mask_phone, "id_no": mask_id, "address": mask_address, "email": mask_email,
}  # fmt: skip

_ID = re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)", re.ASCII)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)", re.ASCII)
_DIGITS = re.compile(r"\d{5}|\d[\d -]{6}", re.ASCII)


def personal(text: str) -> bool:
    """Does a mobile or identity number stand in a text? Numbers of offices may: 12315, 021-64220000."""
    return bool(_MOBILE.search(text) or _ID.search(text))


def mask_text(text: str) -> str:
    """Free text with the phone numbers, identity numbers and e-mail addresses in it masked."""
    if "@" in text:
        text = _EMAIL.sub(lambda found: mask_email(found[0]), text)
    if not _DIGITS.search(text):
        return text
    text = _ID.sub(lambda found: mask_id(found[0]), text)
    for match in reversed(list(PhoneNumberMatcher(text, "CN"))):
        text = text[: match.start] + mask_phone(match.raw_string) + text[match.end :]
    return text


def _stars(text: str, *, keep_head: int, keep_tail: int) -> str:
    """Stars for all digits but the first and the last few; what is no digit stays."""
    places = [i for i, c in enumerate(text) if c.isdigit()]
    hidden = set(places[keep_head : len(places) - keep_tail])
    return "".join("*" if i in hidden else c for i, c in enumerate(text))

from __future__ import annotations

import re

from web import translations

CHINESE = re.compile(r"[\u4e00-\u9fff]")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


def test_the_english_catalogue_is_complete_and_has_nothing_stale():
    wanted = {message.id for message in translations.sources() if message.id}
    there = {message.id: message.string for message in translations.catalogue() if message.id}
    missing = [key for key in wanted if key not in there or not _texts(there[key])]
    assert missing == []
    assert [key for key in there if key not in wanted] == []


def test_translations_are_english_and_keep_their_placeholders():
    for message in translations.catalogue():
        if not message.id or message.id == "中文":
            continue
        for text in _texts(message.string):
            assert not CHINESE.search(text), message.id
            source = message.id if isinstance(message.id, str) else message.id[0]
            assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(source)), source


def _texts(string) -> list[str]:
    return [text for text in ((string,) if isinstance(string, str) else string) if text]

"""Personal data is sealed to its place and masked for the eye."""

from __future__ import annotations

import pytest
from flask import Flask

from engine.hotline import privacy


@pytest.fixture(autouse=True)
def _context() -> object:
    app = Flask("test")
    app.config["DATA_KEY"] = "ab" * 32
    with app.app_context():
        yield app


def test_a_sealed_value_opens_in_its_place_only() -> None:
    sealed = privacy.encrypt("张三", "party", 7, 1, "name")
    assert "张三".encode() not in sealed
    assert privacy.decrypt(sealed, "party", 7, 1, "name") == "张三"
    for place in (("party", 8, 1, "name"), ("party", 7, 1, "phone")):
        with pytest.raises(privacy.SealBroken):
            privacy.decrypt(sealed, *place)


def test_a_changed_value_or_another_key_does_not_open(_context: Flask) -> None:
    sealed = privacy.encrypt("张三", "party", 7, 1, "name")
    with pytest.raises(privacy.SealBroken):
        privacy.decrypt(sealed[:-1] + bytes([sealed[-1] ^ 1]), "party", 7, 1, "name")
    with pytest.raises(privacy.SealBroken):
        privacy.decrypt(b"", "party", 7, 1, "name")
    _context.config["DATA_KEY"] = "cd" * 32
    with pytest.raises(privacy.SealBroken):
        privacy.decrypt(sealed, "party", 7, 1, "name")


def test_equal_values_are_sealed_differently() -> None:
    assert privacy.encrypt("张三", "x") != privacy.encrypt("张三", "x")


def test_the_index_of_a_phone_does_not_depend_on_how_it_is_written() -> None:
    index = privacy.phone_index("13812345678")
    assert len(index) == 32
    assert index == privacy.phone_index("+86 138-1234-5678") != privacy.phone_index("13812345679")


@pytest.mark.parametrize(
    ("mask", "clear", "masked"),
    [
        (privacy.mask_name, "张三", "张*"),
        (privacy.mask_name, "欧阳小明", "欧***"),
        (privacy.mask_name, "李", "李*"),
        (privacy.mask_phone, "13812345678", "138****5678"),
        (privacy.mask_phone, "021-63563456", "021-****3456"),
        (privacy.mask_phone, "12345", "***45"),
        (privacy.mask_id, "11010519491231002X", "**************002X"),
        (privacy.mask_id, "E1234567", "********"),
        (privacy.mask_address, "上海市黄浦区北京东路1号", "上海市黄浦区***"),
        (privacy.mask_address, "外滩", "***"),
        (privacy.mask_email, "li.si@example.com", "l***@example.com"),
    ],
)
def test_masks(mask: object, clear: str, masked: str) -> None:
    assert mask(clear) == masked  # type: ignore[operator]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("请打13812345678联系", "请打138****5678联系"),
        ("电话021-63563456、15921234567", "电话021-****3456、159****4567"),
        ("身份证11010519491231002X，谢谢", "身份证**************002X，谢谢"),
        ("写信到li.si@example.com", "写信到l***@example.com"),
        ("编号188006，2019-02-28，G2栋320", "编号188006，2019-02-28，G2栋320"),
        ("A3区一米阳光婚纱艺术摄影是否合法纳税了？", "A3区一米阳光婚纱艺术摄影是否合法纳税了？"),
    ],
)
def test_numbers_of_persons_are_masked_in_free_text(text: str, masked: str) -> None:
    assert privacy.mask_text(text) == masked

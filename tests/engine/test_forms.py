"""Forms: what may be deployed, what may be submitted, and in whose words it is refused."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
import threading
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import clock, errors, forms
from web import frontend_build

SENTENCES = json.loads((frontend_build.SOURCES / "src" / "translate.json").read_text(encoding="utf-8"))
REQUIRED = "请填写此项"
WRONG_TYPE = "填写内容的类型不正确"
NOT_AN_OPTION = "所选内容不在选项之中"
FRUIT = [{"label": "苹果", "value": "apple"}, {"label": "梨", "value": "pear"}]


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    frontend_build.build()


def form(*components: dict[str, Any]) -> dict[str, Any]:
    return {"type": "default", "schemaVersion": 19, "components": list(components)}


def field(kind: str, key: str = "a", **more: Any) -> dict[str, Any]:
    return {"type": kind, "key": key, "label": key, **more}


def errors_of(schema: dict[str, Any], submission: dict[str, Any], **more: Any) -> dict[str, list[str]]:
    return forms.check(schema, submission, **more).errors


# --- values by type of field -------------------------------------------------------------------

SUBTYPES = {"date": {"subtype": "date"}, "time": {"subtype": "time"}, "datetime": {"subtype": "datetime"}}


@pytest.mark.parametrize(
    ("component", "value"),
    [
        (field("textfield"), "投诉人姓名"),
        (field("textfield", validate={"pattern": r"^1\d{10}$"}), "13800138000"),
        (field("textfield", validate={"validationType": "email"}), "a@b.cn"),
        (field("textarea"), "第一行\n第二行"),
        (field("number"), 12.5),
        (field("number", serializeToString=True), "12.50"),
        (field("number", decimalDigits=2, validate={"min": 0, "max": 100}), 99.99),
        (field("checkbox"), True),
        (field("radio", values=FRUIT), "pear"),
        (field("select", values=FRUIT), "apple"),
        (field("checklist", values=FRUIT), ["apple", "pear"]),
        (field("taglist", values=FRUIT), []),
        (field("datetime", **SUBTYPES["date"]), "2026-02-28"),
        (field("datetime", **SUBTYPES["time"]), "09:30"),
        (field("datetime", **SUBTYPES["datetime"]), "2026-02-28T09:30+08:00"),
        (field("datetime", **SUBTYPES["datetime"]), "2026-02-28T09:30Z"),
    ],
)
def test_a_good_value_passes_as_it_is(component: dict[str, Any], value: Any) -> None:
    assert forms.check(form(component), {"a": value}) == forms.Checked({"a": value}, {})


@pytest.mark.parametrize(
    ("component", "value", "sentence"),
    [
        (field("textfield", validate={"required": True}), "", REQUIRED),
        (field("textfield", validate={"required": True}), None, REQUIRED),
        (field("textfield", validate={"maxLength": 3}), "四个汉字", "最多填写 3 个字"),
        (field("textfield", validate={"minLength": 3}), "二字", "至少填写 3 个字"),
        (field("textfield", validate={"pattern": r"^\d+$"}), "x", r"格式不正确，应符合 ^\d+$"),
        (field("textfield", validate={"pattern": r"^\d+$", "patternErrorMessage": "只填数字"}), "x", "只填数字"),
        (field("textfield", validate={"validationType": "email"}), "a@", "请填写正确的电子邮箱"),
        (field("textfield"), 5, WRONG_TYPE),
        (field("textfield"), ["x"], WRONG_TYPE),
        (field("textarea"), True, WRONG_TYPE),
        (field("number"), "12a", "请填写数字"),
        (field("number"), "0x10", "请填写数字"),
        (field("number"), True, WRONG_TYPE),
        (field("number"), 2**60, "数字过大或位数过多"),
        (field("number"), 1e300, "数字过大或位数过多"),
        (field("number"), 1e-300, "数字过大或位数过多"),
        (field("number"), float("nan"), "数字过大或位数过多"),
        (field("number"), float("inf"), "数字过大或位数过多"),
        (field("number", decimalDigits=0), 1.5, "请填写整数"),
        (field("number", decimalDigits=2), 1.555, "最多保留 2 位小数"),
        (field("number", validate={"min": 0}), -1, "不能小于 0"),
        (field("number", validate={"max": 10}), 11, "不能大于 10"),
        (field("number", increment="5"), 7, "数值不符合步长，最接近的是 5 和 10"),
        (field("checkbox", validate={"required": True}), False, REQUIRED),
        (field("checkbox"), "yes", WRONG_TYPE),
        (field("checkbox"), "", WRONG_TYPE),
        (field("radio", values=FRUIT), "plum", NOT_AN_OPTION),
        (field("radio", values=FRUIT), ["apple"], NOT_AN_OPTION),
        (field("select", values=FRUIT), 1, NOT_AN_OPTION),
        (field("select", values=FRUIT, validate={"required": True}), None, REQUIRED),
        (field("checklist", values=FRUIT), ["apple", "plum"], NOT_AN_OPTION),
        (field("checklist", values=FRUIT), "apple", WRONG_TYPE),
        (field("taglist", values=FRUIT, validate={"required": True}), [], REQUIRED),
        (field("datetime", **SUBTYPES["date"]), "2026-02-30", "日期不正确，应为 2026-01-31 的样式"),
        (field("datetime", **SUBTYPES["date"]), "2026-02-28T00:00", "日期不正确，应为 2026-01-31 的样式"),
        (field("datetime", **SUBTYPES["time"]), "25:00", "时间不正确，应为 09:30 的样式"),
        (field("datetime", **SUBTYPES["datetime"]), "2026-02-28", "日期时间不正确，应为 2026-01-31T09:30 的样式"),
        (field("datetime", **SUBTYPES["date"]), 20260228, WRONG_TYPE),
        (field("textfield"), "x" * 20_001, "最多填写 20000 个字"),
        (field("textfield"), "nul\x00", "含有无法识别的字符"),
        (field("textfield"), "half \ud83d", "含有无法识别的字符"),
        (field("textfield"), {"b": 1}, WRONG_TYPE),
        (field("taglist", values=FRUIT), ["apple"] * 201, "最多选择 200 项"),
        (field("taglist", values=FRUIT), [["apple"]], WRONG_TYPE),
    ],
)
def test_a_bad_value_is_answered_in_chinese(component: dict[str, Any], value: Any, sentence: str) -> None:
    checked = forms.check(form(component), {"a": value})
    assert checked.errors == {"a": [sentence]}
    assert "a" not in checked.values


def test_the_sentences_come_in_english_on_request() -> None:
    schema = form(field("textfield", validate={"required": True}), field("number", "n"))
    assert errors_of(schema, {"n": "x"}, lang="en") == {"a": ["Field is required."], "n": ["Value is not a number."]}
    assert errors_of(schema, {"n": "x"}) == {"a": [REQUIRED], "n": ["请填写数字"]}


def test_empty_answers_to_optional_fields_pass() -> None:
    schema = form(field("number"), field("datetime", "d", subtype="date"), field("select", "s", values=FRUIT))
    assert errors_of(schema, {"a": None, "d": None, "s": None}) == {}


# --- conditions, computed and locked fields ----------------------------------------------------

REASON = form(
    field("radio", "decision", values=[{"label": "受理", "value": "yes"}, {"label": "不受理", "value": "no"}]),
    field("textarea", "reason", conditional={"hide": '=decision != "no"'}, validate={"required": True}),
)


def test_a_hidden_field_is_neither_asked_nor_kept() -> None:
    assert forms.check(REASON, {"decision": "yes", "reason": "smuggled"}) == forms.Checked({"decision": "yes"}, {})


def test_a_field_its_condition_shows_is_asked() -> None:
    assert errors_of(REASON, {"decision": "no"}) == {"reason": [REQUIRED]}


def test_a_hidden_value_does_not_decide_about_others() -> None:
    asked = field("textfield", "c", conditional={"hide": "=reason = null"}, validate={"required": True})
    schema = form(*REASON["components"], asked)
    assert errors_of(schema, {"decision": "yes", "reason": "smuggled"}) == {}


def test_conditions_may_read_the_data_the_form_was_opened_with() -> None:
    schema = form(field("textfield", conditional={"hide": "=level < 3"}, validate={"required": True}))
    assert errors_of(schema, {}, data={"level": 5}) == {"a": [REQUIRED]}
    assert errors_of(schema, {}, data={"level": 1}) == {}


def test_groups_with_a_path_nest_the_values() -> None:
    name = field("textfield", "name", validate={"required": True})
    schema = form({"type": "group", "path": "shop", "components": [name]})
    assert forms.check(schema, {"shop": {"name": "某店"}}).values == {"shop": {"name": "某店"}}
    assert errors_of(schema, {"shop": {"name": ""}}) == {"shop.name": [REQUIRED]}
    assert list(errors_of(schema, {"shop": "某店"})) == ["shop"]


ROWS = {
    "type": "dynamiclist",
    "path": "goods",
    "isRepeating": True,
    "allowAddRemove": True,
    "components": [
        field("textfield", "name", validate={"required": True}),
        field("textfield", "flaw", conditional={"hide": '=this.name = "奶"'}, validate={"required": True}),
    ],
}


def test_rows_are_checked_each_with_its_own_conditions() -> None:
    checked = forms.check(form(ROWS), {"goods": [{"name": "奶", "flaw": "x"}, {"name": "蛋"}, {"name": ""}]})
    assert checked.errors == {"goods.1.flaw": [REQUIRED], "goods.2.name": [REQUIRED], "goods.2.flaw": [REQUIRED]}
    assert checked.values["goods"][0] == {"name": "奶"}


def test_rows_have_a_shape_and_a_limit() -> None:
    assert errors_of(form(ROWS), {"goods": "x"}) == {"goods": ["此处应为多行内容"]}
    assert errors_of(form(ROWS), {"goods": [1]}) == {"goods": ["此处应为多行内容"]}
    assert errors_of(form(ROWS), {"goods": [{}] * 201}) == {"goods": ["最多 200 行"]}


def test_rows_of_a_fixed_list_cannot_be_added() -> None:
    fixed = form({**ROWS, "allowAddRemove": False})
    data = {"goods": [{"name": "奶"}]}
    assert errors_of(fixed, data, data=data) == {}
    assert errors_of(fixed, {"goods": [{"name": "奶"}] * 2}, data=data) == {"goods": ["此处的行数不能增减"]}


def test_a_computed_field_is_computed_here() -> None:
    schema = form(field("number", "price"), field("expression", "total", expression="=price * 3", computeOn="change"))
    assert forms.check(schema, {"price": 5, "total": 999}).values == {"price": 5, "total": 15}


@pytest.mark.parametrize("lock", [{"readonly": True}, {"disabled": True}, {"readonly": "=true"}])
def test_what_a_person_may_not_edit_is_not_taken_from_them(lock: dict[str, Any]) -> None:
    other = field("textfield", "b", conditional={"hide": '=a = "closed"'}, validate={"required": True})
    schema = form(field("textfield", **lock), other)
    checked = forms.check(schema, {"a": "closed"}, data={"a": "open"})
    assert checked == forms.Checked({}, {"b": [REQUIRED]})


def test_without_the_data_conditions_believe_read_only_values_but_nothing_is_kept_of_them() -> None:
    asked = field("textfield", "b", conditional={"hide": "=version = 20"}, validate={"required": True})
    schema = form(field("number", "version", readonly=True), asked)
    assert forms.check(schema, {"version": 20}) == forms.Checked({}, {})
    assert errors_of(schema, {"version": 121}) == {"b": [REQUIRED]}


def test_options_may_come_from_the_data() -> None:
    schema = form(field("select", valuesKey="units"))
    data = {"units": [{"label": "一所", "value": "u1"}, "u2"]}
    assert forms.check(schema, {"a": "u1"}, data=data).values == {"a": "u1"}
    assert forms.check(schema, {"a": "u2"}, data=data).values == {"a": "u2"}
    assert errors_of(schema, {"a": "u3"}, data=data) == {"a": [NOT_AN_OPTION]}


def test_options_may_be_an_expression() -> None:
    schema = form(field("select", valuesExpression='=["u1", "u2"]'))
    assert errors_of(schema, {"a": "u2"}) == {}
    assert errors_of(schema, {"a": "u3"}) == {"a": [NOT_AN_OPTION]}


def test_today_is_the_day_in_shanghai_by_the_house_clock() -> None:
    condition = {"hide": '=starts with(string(today()), "2020-03-02")'}
    schema = form(field("textfield", conditional=condition, validate={"required": True}))
    with clock.virtual(datetime(2020, 3, 1, 17, tzinfo=UTC)):  # 01:00 the next day in Shanghai
        assert errors_of(schema, {}) == {}
    with clock.virtual(datetime(2020, 3, 1, 15, tzinfo=UTC)):
        assert errors_of(schema, {}) == {"a": [REQUIRED]}


# --- what a submission may not do --------------------------------------------------------------


@pytest.mark.parametrize(
    ("submission", "key"),
    [
        ({"approved": True}, "approved"),
        ({"__proto__": {"x": 1}}, "__proto__"),
        ({"constructor": 1}, "constructor"),
        ({"goods": [{"name": "x", "price": 0}]}, "goods.0.price"),
        ({"": 1}, ""),
    ],
)
def test_an_unknown_key_is_refused_by_name(submission: dict[str, Any], key: str) -> None:
    with pytest.raises(errors.FormInvalid) as caught:
        forms.check(form(field("textfield"), ROWS), submission)
    assert list(caught.value.errors) == [key]
    assert key in caught.value.zh and key in str(caught.value)


@pytest.mark.parametrize("submission", [None, [], "x", 5])
def test_a_submission_is_an_object(submission: Any) -> None:
    with pytest.raises(errors.FormInvalid):
        forms.check(form(field("textfield")), submission)


def test_an_oversized_submission_is_refused() -> None:
    schema = form(*(field("textarea", f"a{n}") for n in range(40)))
    with pytest.raises(errors.FormInvalid, match="too large"):
        forms.check(schema, {f"a{n}": "x" * 19_000 for n in range(40)})


def test_a_pattern_that_never_ends_is_stopped() -> None:
    schema = form(field("textfield", validate={"pattern": "^(a+)+$"}))
    began = time.process_time()
    with pytest.raises(errors.Invalid, match="could not be checked"):
        forms.check(schema, {"a": "a" * 40 + "b"})
    assert time.process_time() - began < 10
    assert errors_of(form(field("textfield")), {"a": "still alive"}) == {}


def test_threads_check_side_by_side() -> None:
    verdicts: list[dict[str, list[str]]] = []

    def ask() -> None:
        verdicts.append(errors_of(REASON, {"decision": "no"}))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert verdicts == [{"reason": [REQUIRED]}] * 3


def test_a_known_form_is_checked_in_about_a_millisecond() -> None:
    texts = [field("textfield", f"t{n}", validate={"maxLength": 9}) for n in range(10)]
    schema = form(*REASON["components"], ROWS, *texts)
    submission = {"decision": "no", "reason": "x", "goods": [{"name": "奶"}]}
    forms.check(schema, submission)
    times = []
    for _ in range(40):
        began = time.perf_counter()
        forms.check(schema, submission)
        times.append(time.perf_counter() - began)
    assert min(times) < 0.005


EVERYTHING = form(
    field("textfield", "text", validate={"required": True, "pattern": r"^\w+$"}),
    field("textarea", "long", validate={"minLength": 2}),
    field("number", "number", decimalDigits=2, increment="0.5", validate={"min": 1, "max": 9}),
    field("checkbox", "tick"),
    field("radio", "one", values=FRUIT),
    field("select", "pick", valuesExpression="=many"),
    field("checklist", "many", values=FRUIT),
    field("taglist", "tags", values=FRUIT),
    field("datetime", "day", subtype="date"),
    field("datetime", "moment", subtype="datetime"),
    field("expression", "sum", expression="=number + count(goods)", computeOn="change"),
    {"type": "group", "path": "box", "components": [field("textfield", "inner", conditional={"hide": "=number > 3"})]},
    ROWS,
)
TELLING = st.sampled_from(["apple", "2026-02-28", "1", "-0", "1e9"])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | TELLING
NAMES = st.sampled_from(["inner", "name", "flaw", "x"])
JSON_VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(sorted(forms.keys(EVERYTHING))), JSON_VALUES))
def test_any_json_gets_a_verdict_and_only_declared_keys_come_through(submission: dict[str, Any]) -> None:
    try:
        checked = forms.check(EVERYTHING, submission)
    except errors.FormInvalid:
        return
    assert set(checked.values) <= forms.keys(EVERYTHING)
    assert set(checked.values.get("box") or {}) <= {"inner"}
    assert all(set(row or {}) <= {"name", "flaw"} for row in checked.values.get("goods", []))
    assert all(sentences and all(isinstance(one, str) for one in sentences) for sentences in checked.errors.values())
    json.dumps(checked.values, allow_nan=False).encode()


ANY_JSON = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60) | ANY_JSON.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_a_form_or_are_refused(raw: bytes) -> None:
    with pytest.raises(errors.Invalid):
        forms.load(raw)


# --- names -------------------------------------------------------------------------------------


def test_keys_are_the_variables_a_submission_sets() -> None:
    shop = {"type": "group", "path": "shop", "components": [field("textfield", "name")]}
    plain = {"type": "group", "components": [field("number", "price.net")]}
    shown = {"type": "text", "text": "{{citizen}}"}
    assert forms.keys(form(field("textfield"), shop, plain, ROWS, shown)) == {"a", "shop", "price", "goods"}


def test_reads_are_the_variables_it_only_shows() -> None:
    schema = form(
        {"type": "text", "text": "{{citizen}} 于 {{received}} 来电"},
        field("select", valuesKey="units", conditional={"hide": "=level > 3 and a = null"}),
        ROWS,
    )
    assert forms.reads(schema) == {"citizen", "received", "units", "level"}


# --- the deployment gate -----------------------------------------------------------------------


def test_a_sound_form_is_loaded() -> None:
    assert forms.load(json.dumps(EVERYTHING).encode()) == EVERYTHING


@pytest.mark.parametrize(
    ("schema", "zh", "en"),
    [
        ({"components": []}, "不是 form-js 表单", "not a form-js form"),
        ({"type": "default", "components": []}, "schemaVersion", "schemaVersion"),
        ({"type": "default", "schemaVersion": 99, "components": []}, "1 到 19", "1 to 19"),
        (form(3), "不是对象", "not an object"),
        (form({"type": "hologram"}), "未知的组件类型 hologram", "unknown component type hologram"),
        (form({"type": ["x"]}), "未知的组件类型", "unknown component type"),
        (form({"type": "iframe", "url": "https://example.org"}), "不支持组件 iframe", "iframe"),
        (form(field("filepicker")), "附件请在任务页面上传", "files belong to the task page"),
        (form({"type": "textfield"}), "不能作变量名", "no usable name"),
        (form(field("textfield", "1a")), "“1a”不能作变量名", "'1a' is no usable name"),
        (form(field("textfield", "__proto__")), "不能作变量名", "no usable name"),
        (form(field("textfield", "constructor")), "不能作变量名", "no usable name"),
        (form(field("textfield", "a b")), "不能作变量名", "no usable name"),
        (form(field("textfield"), field("number")), "字段名“a”重复", "the key a is used twice"),
        (form(field("textfield", id="x"), field("number", "b", id="x")), "id 重复", "used twice"),
        (form({"type": "dynamiclist", "components": []}), "不能作变量名", "no usable name"),
        (form(field("select")), "选项来源", "exactly one"),
        (form(field("select", values=[])), "没有选项", "no options"),
        (form(field("radio", values=[{"label": "x"}])), "没有 value", "has no value"),
        (form(field("radio", values=[{"value": "x"}])), "没有 label", "has no label"),
        (form(field("radio", values=FRUIT + FRUIT)), "选项值重复", "used twice"),
        (form(field("radio", values=FRUIT, valuesKey="v")), "恰有一个", "exactly one"),
        (form(field("textfield", conditional={"hide": "=b !=! 1"})), "FEEL 表达式写法有误：=b !=! 1", "malformed"),
        (form(field("textfield", validate={"pattern": "(a"})), "校验格式写法有误", "malformed"),
        (form(field("textfield", validate={"validationType": "phone"})), "不认国内号码", "phone"),
        (form(field("textfield", "a.b"), field("textfield")), "表单无法打开", "cannot open"),
        (form(*(field("textfield", f"f{n}") for n in range(301))), "超过 300 个", "more than 300"),
    ],
)
def test_an_unsound_form_is_refused_with_a_sentence(schema: dict[str, Any], zh: str, en: str) -> None:
    with pytest.raises(errors.Invalid) as caught:
        forms.load(json.dumps(schema).encode())
    assert zh in caught.value.zh
    assert en in str(caught.value)


@pytest.mark.parametrize(
    "raw", [b"{", b"\xff", b'{"type": NaN}', b'{"a": 1, "a": 2}', b"[" * 100_000, b" " * (256 * 1024 + 1)]
)
def test_bytes_that_are_no_form_are_refused(raw: bytes) -> None:
    with pytest.raises(errors.Invalid):
        forms.load(raw)


def test_deeply_nested_groups_are_refused() -> None:
    schema: dict[str, Any] = field("textfield")
    for _ in range(15):
        schema = {"type": "group", "components": [schema]}
    with pytest.raises(errors.Invalid, match="deeper"):
        forms.load(json.dumps(form(schema)).encode())


# --- one table of sentences for browser and server ---------------------------------------------


def test_every_sentence_of_the_validator_has_a_chinese_one() -> None:
    viewer = frontend_build.SOURCES / "node_modules" / "@bpmn-io" / "form-js-viewer" / "dist" / "index.es.js"
    if not viewer.exists():
        pytest.skip("the front end's packages are not installed")
    calls = re.findall(r"translate\((?:'((?:[^'\\]|\\.)*)'|\"([^\"]*)\")", viewer.read_text(encoding="utf-8"))
    templates = {one or other for one, other in calls} - {"HELLO {you}"}
    assert len(templates) > 30
    assert templates - SENTENCES.keys() == set()


def test_translations_keep_their_placeholders() -> None:
    for english, chinese in SENTENCES.items():
        assert set(re.findall(r"{\w+}", english)) == set(re.findall(r"{\w+}", chinese)), english


def test_python_and_script_speak_alike() -> None:
    """Sentences Python says before the script is asked must be the script's own."""
    assert {WRONG_TYPE, NOT_AN_OPTION, REQUIRED, "数字过大或位数过多", "此处的行数不能增减"} <= set(SENTENCES.values())


# The page's form-js, driven as a page drives it: show the form, submit it, read the sentences at each field.
JUDGE = """
import { Form } from '@bpmn-io/form-js-viewer';
import { translator } from './src/i18n.js';
window.judge = async ([schema, data]) => {
  const form = new Form({ container: document.body, additionalModules: [{ translate: ['value', translator(false)] }] });
  await form.importSchema(schema, data);
  for (let round = 0; round < 4; round += 1)  // an expression moves another one only after the next picture
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 10)));
  const { data: values, errors } = form.submit();
  const sentences = {};
  for (const one of form.get('formFieldInstanceRegistry').getAllKeyed()) {
    const found = [one.id, ...Object.values(one.indexes ?? {})].reduce((node, step) => node?.[step], errors);
    if (Array.isArray(found) && found.length) sentences[one.valuePath.join('.')] = found;
  }
  form.destroy();
  document.body.replaceChildren();
  return { values, errors: sentences };
};
"""
PARITY = form(
    field("textfield", "text", validate={"required": True, "minLength": 2, "maxLength": 4}),
    field("textfield", "code", validate={"pattern": r"^1\d{3}$"}, conditional={"hide": "=number > 5"}),
    field("textarea", "long", validate={"required": True}, conditional={"hide": '=one = "apple" or tick'}),
    field("number", "number", decimalDigits=1, increment="0.5", validate={"min": 0, "max": 9}),
    field("checkbox", "tick"),
    field("radio", "one", values=FRUIT, validate={"required": True}),
    field("checklist", "many", values=FRUIT, validate={"required": True}),
    field("datetime", "day", subtype="date", validate={"required": True}),
    field("expression", "double", expression="=number * 2", computeOn="change"),
    field("textfield", "late", validate={"required": True}, conditional={"hide": "=double < 8"}),
    field("textfield", "limited", validate={"maxLength": "=number"}),
    {
        "type": "group",
        "path": "box",
        "conditional": {"hide": "=tick"},
        "components": [field("textfield", "inner", validate={"required": True, "validationType": "email"})],
    },
    {**ROWS, "conditional": {"hide": "=number < 1"}},
)


def _random_answers(dice: random.Random) -> dict[str, Any]:
    texts = ["", "x", "ab", "中文字", "超过四个字", "1234", "a@b.cn", "奶"]
    answers = {
        **{key: dice.choice(texts) for key in ("text", "code", "long", "late", "limited")},
        "number": dice.choice([None, 0, 1, 2.5, 3.2, 5.25, 6, 9.5, -1]),
        "tick": dice.random() < 0.4,
        "one": dice.choice([None, "apple", "pear"]),
        "many": dice.choice([[], ["apple"], ["apple", "pear"]]),
        "day": dice.choice([None, "2026-02-28"]),
        "box": {"inner": dice.choice(texts)},
        "goods": [{"name": dice.choice(texts), "flaw": dice.choice(texts)} for _ in range(dice.randrange(3))],
    }
    return {key: value for key, value in answers.items() if dice.random() < 0.9}


def test_server_and_browser_judge_alike(tmp_path: Any) -> None:
    chromium = shutil.which("chromium")
    playwright = pytest.importorskip("playwright.sync_api")
    if not chromium:
        pytest.skip("no chromium on this machine")
    bundle = tmp_path / "judge.js"
    esbuild = str(frontend_build.SOURCES / "node_modules" / "esbuild" / "bin" / "esbuild")
    command = [*frontend_build.find_node()[0], esbuild, "--bundle", "--format=iife", f"--outfile={bundle}"]
    subprocess.run(command, input=JUDGE, text=True, cwd=frontend_build.SOURCES, check=True, capture_output=True)
    dice = random.Random(20261124)
    with playwright.sync_playwright() as driver:
        flags = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
        browser = driver.chromium.launch(executable_path=chromium, args=flags)
        page = browser.new_page()
        page.add_script_tag(path=bundle)
        for _ in range(60):
            answers = _random_answers(dice)
            shown = page.evaluate("judge", [PARITY, answers])
            checked = forms.check(PARITY, answers)
            assert checked.errors == shown["errors"], answers
            faulty = {path.split(".")[0] for path in checked.errors}
            kept = {key: value for key, value in shown["values"].items() if key not in faulty}
            assert {key: value for key, value in checked.values.items() if key not in faulty} == kept, answers
        browser.close()

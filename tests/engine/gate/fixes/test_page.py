import pytest

from engine import errors, xml
from engine.gate.fixes.page import OURS, Page

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
TEXT = f"""\ufeff<?xml version='1.0' encoding='UTF-8'?>
<!-- written by hand -->
<?tool keep this?>
<b:definitions xmlns:b="{MODEL}"
    xmlns:v = 'urn:vendor'   targetNamespace='t' >
  <b:process id='p' name="a &gt; b" >
    <b:userTask id="t"   v:x='1' />
    <b:userTask id="u"
        name="u"
        v:x="2">
      <b:documentation><![CDATA[<b:userTask id="no"/>]]></b:documentation>
    </b:userTask>
  </b:process>
</b:definitions>
<!-- the end -->
"""


def _page(text: str = TEXT) -> tuple[Page, dict]:
    page = Page(text.encode())
    return page, {element.get("id"): element for element in page.root.iter() if element.get("id")}


def test_a_page_that_is_not_edited_is_the_file():
    page, _ = _page()
    assert page.data() == TEXT.encode() and not page.changed


def test_attributes_are_set_changed_and_taken_away_where_they_stand():
    page, by_id = _page()
    page.set(by_id["t"], "name", 'say "so" & <go>')
    page.set(by_id["t"], "{urn:vendor}x", None)
    page.set(by_id["u"], "name", "新")
    page.set(by_id["u"], "isForCompensation", "true")
    new = page.data().decode()
    assert new == TEXT.replace(
        "<b:userTask id=\"t\"   v:x='1' />", '<b:userTask id="t"   name="say &quot;so&quot; &amp; &lt;go&gt;" />'
    ).replace('name="u"\n        v:x="2">', 'name="新"\n        v:x="2"\n        isForCompensation="true">')


def test_our_vocabulary_is_declared_once():
    page, by_id = _page()
    page.set_ours(by_id["t"], "role", "handler")
    page.set_ours(by_id["u"], "role", "handler")
    page.extend(by_id["u"], "input", name="x", value="a > 1")
    page.extend(by_id["u"], "input", name="y", value='"z"')
    data = page.data()
    assert data.decode().count(OURS) == 1
    user = xml.parse(data).find(f".//{{{MODEL}}}userTask[@id='u']")
    assert [child.tag for child in user] == [f"{{{MODEL}}}documentation", f"{{{MODEL}}}extensionElements"]
    assert [child.get("value") for child in user[1]] == ["a > 1", '"z"']
    again = Page(data)
    again.set_ours(again.root[0][0], "form", "f")
    assert again.data().decode().count(OURS) == 1


def test_a_prefix_that_means_something_else_is_not_taken():
    page, by_id = _page(TEXT.replace("xmlns:v = 'urn:vendor'", "xmlns:v='urn:vendor' xmlns:banjie='urn:other'"))
    page.set_ours(by_id["t"], "role", "handler")
    user = xml.parse(page.data()).find(f".//{{{MODEL}}}userTask")
    assert user.get(f"{{{OURS}}}role") == "handler"


def test_elements_are_removed_renamed_written_and_put_in():
    page, by_id = _page()
    page.remove(by_id["t"])
    page.rename(by_id["u"], "manualTask")
    page.write(by_id["u"][0], "a < b")
    page.before(by_id["p"], '<b:message id="m"/>')
    page.before(by_id["p"], '<b:message id="m"/>')
    page.append(by_id["p"], '<b:endEvent id="e"/>')
    new = page.data().decode()
    xml.parse(new.encode())
    assert 'id="t"' not in new and new.count("manualTask") == 2
    assert "<b:documentation>a &lt; b</b:documentation>" in new
    assert '\n  <b:message id="m"/>\n  <b:process' in new and new.count("message") == 1
    assert '    </b:manualTask>\n    <b:endEvent id="e"/>\n  </b:process>' in new
    assert new.startswith(TEXT[:60]) and new.endswith("<!-- the end -->\n")


def test_an_empty_element_is_opened_for_its_child():
    page, by_id = _page()
    page.append(by_id["t"], "<b:documentation/>")
    assert "    <b:userTask id=\"t\"   v:x='1'>\n      <b:documentation/>\n    </b:userTask>\n" in page.data().decode()


@pytest.mark.parametrize("encoding", ["utf-16", "gb18030"])
def test_the_encoding_stays(encoding):
    text = TEXT.lstrip("\ufeff").replace("UTF-8", encoding.upper()).replace('name="u"', 'name="办理"')
    data = text.encode(encoding)
    page = Page(data)
    assert page.data() == data
    page.set(page.root[0][0], "name", "承办")
    assert page.data() == text.replace(" v:x='1' />", " v:x='1'   name=\"承办\" />").encode(encoding)


def test_line_ends_of_windows_stay():
    text = TEXT.replace("\n", "\r\n")
    page, by_id = _page(text)
    page.remove(by_id["t"])
    page.extend(by_id["u"], "clock", code="C08", action="start")
    new = page.data().decode()
    assert new.count("\n") == new.count("\r\n") and "\r\r" not in new
    assert 'id="t"' not in new


@pytest.mark.parametrize("data", [b"", b"no xml", b"<a><b></a>", b"<!DOCTYPE a><a/>"])
def test_what_cannot_be_read_is_refused(data):
    with pytest.raises(errors.Invalid):
        Page(data)

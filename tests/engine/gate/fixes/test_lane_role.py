from tests.engine.gate.fixes.drawing import diagram, mended, offered


def _lane(name: str, inner: str = "", tag: str = "userTask"):
    member = "<bpmn:flowNodeRef>t</bpmn:flowNodeRef>"
    child = f"<bpmn:childLaneSet><bpmn:lane name='{inner}'>{member}</bpmn:lane></bpmn:childLaneSet>"
    return diagram(
        f"""<bpmn:laneSet><bpmn:lane name="{name}">{member}{child if inner else ""}
    </bpmn:lane></bpmn:laneSet><bpmn:{tag} id="t"/><bpmn:subProcess id="u"><bpmn:task id="v"/></bpmn:subProcess>"""
    )


def test_the_lane_is_the_role():
    for name in ("handler", "承办人", " 承办人&#10;"):
        assert '<bpmn:userTask id="t" banjie:role="handler"/>' in mended(_lane(name), "lane-role")
    [offer] = offered(_lane("承办人"), "lane-role")
    assert (offer.element, offer.rule) == ("t", "task-role") and "承办人" in offer.zh


def test_the_innermost_lane_that_is_a_role_counts():
    assert 'id="t" banjie:role="reviewer"' in mended(_lane("承办人", "审核人"), "lane-role")
    assert 'id="t" banjie:role="handler"' in mended(_lane("承办人", "第二组"), "lane-role")


def test_a_pool_may_be_a_role_and_sub_processes_stand_in_lanes_too():
    pool = '<bpmn:collaboration id="c"><bpmn:participant id="a" name="审核人" processRef="p"/></bpmn:collaboration>'
    files = diagram('<bpmn:subProcess id="u"><bpmn:task id="v"/></bpmn:subProcess>', outside=pool)
    assert '<bpmn:task id="v" banjie:role="reviewer"/>' in mended(files, "lane-role")


def test_other_lanes_and_tasks_are_left():
    assert not offered(_lane("仓库"), "lane-role")
    assert not offered(_lane("承办人", tag="serviceTask"), "lane-role")

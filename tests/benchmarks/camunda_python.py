"""A fleet of cases on PyPI's camunda-python: complete a user task, which it saves by itself, then the next.

Runs in an environment of its own (it wants Python 3.12). Reads {diagram, variables, steps, number, url, process,
timer_before} from its input, prints {rate, cpu_ms, completions}.
"""

import json
import sys
import time

from camunda.engine import ProcessEngine
from camunda.parser import parse_bpmn_xml
from camunda.persistence.store import Store

given = json.load(sys.stdin)
engine = ProcessEngine(store=Store(given["url"]))
engine.deploy(parse_bpmn_xml(given["diagram"]))
for _ in range(given["number"]):
    engine.start_process_instance_by_key(given["process"], given["variables"])
begin, cpu, done = time.perf_counter(), time.process_time(), 0
for element, values in given["steps"]:
    if element == given["timer_before"]:
        engine.execute_due_jobs()
    waiting = [task.id for task in engine.create_task_query() if task.task_definition_key == element]
    if len(waiting) != given["number"]:
        raise SystemExit(f"{len(waiting)} cases wait at {element}")
    for task in waiting:
        engine.complete_task(task, values)
    done += len(waiting)
seconds, cpu = time.perf_counter() - begin, time.process_time() - cpu
if any(instance.state != "COMPLETED" for instance in engine.list_process_instances()):
    raise SystemExit("not every case has ended")
print(json.dumps({"rate": done / seconds, "cpu_ms": cpu / done * 1000, "completions": done}))

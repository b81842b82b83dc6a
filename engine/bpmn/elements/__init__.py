"""One file per BPMN element that had to be made true. Each opens with what of SpiffWorkflow it replaces, and why."""

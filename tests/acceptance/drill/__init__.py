"""The parts of the kill drill: processes to kill, clients that keep a book, the check, and the control."""

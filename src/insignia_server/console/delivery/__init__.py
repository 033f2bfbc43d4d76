"""The delivery desk: where each message is, and what to do about those that did not arrive."""

"""Where events are told, and what was answered."""

"""Awards in the console: the list, awarding one learner, and what can happen to an award afterwards."""

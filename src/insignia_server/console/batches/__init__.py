"""Batches in the console: upload, map the columns, check, award, and what can be done afterwards."""

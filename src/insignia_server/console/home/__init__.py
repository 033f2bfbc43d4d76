"""The first page of an organisation's console."""

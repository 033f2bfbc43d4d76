"""Groups and their rosters."""

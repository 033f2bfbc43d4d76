"""A person's own profile, and its end."""

"""Pages where badges are designed, and families of badges."""

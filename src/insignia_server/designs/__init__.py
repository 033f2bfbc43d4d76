"""What a badge looks like: the designs of achievements, and how they are drawn."""

"""What belongs to learners: their badges, who may see them, and claiming."""

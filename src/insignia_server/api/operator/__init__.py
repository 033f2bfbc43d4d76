"""What the operator of the instance does, for programs: /api/operator/v1/, with a key of its own kind."""

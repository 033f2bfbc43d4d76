"""What the operator of the instance looks after."""

STATES = ("open", "private", "suspended")
WHO = ("anonymous", "learner", "other", "member")
TABLE = {}

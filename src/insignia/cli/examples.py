"""The descriptions that `insignia issue --example` prints, to be changed by whoever asked."""

DESCRIPTION = """\
# A badge. Change it, then issue it:
#   insignia issue badge.toml --key issuer-key.json -o ann.json

[achievement]
name = "Bicycle repair"
description = "Keeps a bicycle safe and running."
criteria = "Repaired a puncture, set brakes and gears, and trued a wheel, in front of an instructor."
# id = "https://badges.example.org/bicycle-repair"   # one address for all who earn it
# type = "Certificate"
# image = "https://badges.example.org/bicycle-repair.png"
# tags = ["bicycle", "mechanics"]

# [[achievement.skills]]
# name = "repair bicycles"
# url = "https://example.org/skills/repair-bicycles"

[issuer]
name = "Example Cycling School"
# url = "https://example.org"

[recipient]
email = "ann@example.org"       # stays readable to nobody: only a hash of it goes into the badge
name = "Ann Example"            # readable for everybody who sees the badge; leave it out if unwanted

# valid_until = 2030-12-31
# evidence = "https://example.org/portfolio/ann"

# A place in a status list, so that the badge can be revoked: insignia status --help
# [status]
# list = "https://badges.example.org/revoked.json"
# index = 4711
"""

RECIPIENTS = """\
email,name
ann@example.org,Ann Example
ben@example.org,Ben Example
"""

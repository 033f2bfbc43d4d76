"""Who gets what at each address of the faces without roles. A new address needs a line here.

The columns of an answer are WHO. `open`: the badge as it is by default; `private`: its learner has closed its
page; `suspended`: the operator has suspended the organisation, and every badge can still be verified.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

WHO: Final = ("anonymous", "learner", "other", "member")
STATES: Final = ("open", "private", "suspended")
Answer = tuple[int, int, int, int]  # one status for each of WHO


def everybody(status: int) -> Answer:
    """The same for all."""
    return (status, status, status, status)


@dataclass(frozen=True)
class Line:
    """The answers to GET and to POST without any data; `but` where a state changes them."""

    get: Answer
    post: Answer = (405, 405, 405, 405)
    but: dict[tuple[str, str], Answer] = field(default_factory=dict)

    def wanted(self, state: str, method: str) -> Answer:
        """The answers in one state."""
        return self.but.get((state, method), self.get if method == "get" else self.post)


PUBLIC: Final = Line(everybody(200))
FORM: Final = Line(everybody(200), everybody(422))
BUTTON: Final = Line(everybody(405), everybody(302))
# A badge that its learner closed is for the learner alone; what programs fetch is for nobody then.
BADGE: Final = Line(everybody(200), but={("private", "get"): (404, 200, 404, 404)})
BADGE_FILE: Final = Line(everybody(200), but={("private", "get"): everybody(404)})
NOT_THIS_ONE: Final = Line(everybody(404))
OWN: Final = Line((302, 200, 200, 200), (302, 405, 405, 405))

TABLE: Final[dict[str, Line]] = {
    # public
    "home": PUBLIC,
    "robots": PUBLIC,
    "favicon": PUBLIC,
    "badge": BADGE,
    "badge-png": BADGE,
    "badge-svg": BADGE,
    "badge-pdf": BADGE,
    "badge-share": BADGE,
    "badge-apple": NOT_THIS_ONE,  # the operator has set up no wallet; with one: tests/server/passes
    "badge-google": NOT_THIS_ONE,
    "badge-state": BADGE_FILE,
    "oembed": NOT_THIS_ONE,  # without a url there is nothing to show; with one: test_oembed
    "embed-script": PUBLIC,
    "achievement": PUBLIC,
    "achievement-version": PUBLIC,
    "achievement-json": PUBLIC,
    "achievement-picture": PUBLIC,
    **dict.fromkeys(("look-logo", "look-logo-dark", "look-cover"), PUBLIC),
    "achievement-rendering": PUBLIC,
    "achievement-card": PUBLIC,
    "issuer": PUBLIC,
    "issuer-card": PUBLIC,
    "catalogue-card": PUBLIC,
    "catalogue": PUBLIC,
    "catalogue-json": PUBLIC,
    "issuer-catalogue": PUBLIC,
    "issuer-catalogue-json": PUBLIC,
    "evidence": BADGE,
    "report": FORM,
    # what verification fetches: never closed, whatever happens to the organisation
    "issuer-did": PUBLIC,
    "issuer-keys": PUBLIC,
    "issuer-profile": PUBLIC,
    "issuer-jwk": PUBLIC,
    "issuer-picture": PUBLIC,
    "issuance-log": PUBLIC,
    "issuance-log-entry": PUBLIC,
    "status-list": PUBLIC,
    "instance-did": PUBLIC,
    "credential-json": BADGE_FILE,
    "credential-jwt": NOT_THIS_ONE,  # the badge is JSON
    "credential-refresh": BADGE_FILE,
    "credential-texts": BADGE_FILE,
    "status-texts": PUBLIC,
    # verifier
    "verify": FORM,
    "verification": PUBLIC,
    "verification-file": NOT_THIS_ONE,  # there was nothing to verify, so there is no report
    # backpack
    "my-badges": OWN,
    "my-export": OWN,
    "my-data": Line((302, 200, 404, 404), (302, 405, 405, 405)),
    "my-visibility": Line((302, 405, 405, 405), (302, 302, 404, 404)),
    "claim-prove": Line(everybody(404), everybody(404)),  # of a wrong token; right ones are in test_claiming
    "claim": Line(
        everybody(200),
        everybody(422),
        {("suspended", "post"): everybody(200)},  # the page that says why it is closed
    ),
    # the instance
    "healthz": Line(everybody(200), everybody(200)),
    "readyz": Line(everybody(200), everybody(200)),
    "metrics": Line(everybody(404), everybody(404)),  # without METRICS_TOKEN
    "kit:design": PUBLIC,
    "kit:theme": BUTTON,
    "kit:accent": PUBLIC,
    "set_language": Line(everybody(302), everybody(302)),
}

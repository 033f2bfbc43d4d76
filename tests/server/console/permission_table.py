"""Who may open what: one line for each address of the console. A new address needs a line here.

`get` and `post` are the answers for who may (without any data posted); 405: this address has no such method.
Who may not gets what OTHERS says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from insignia_server.organisations.roles import Permission as P

OPERATOR: Final = "operator"
SIGNED_IN: Final = "signed in"
EVERYBODY: Final = "everybody"

# anonymous, a member without the permission, everybody else
OTHERS: Final = {"anonymous": 302, "member": 403, "outsider": 404}


@dataclass(frozen=True)
class Rule:
    """Whom an address is for, and how it answers them."""

    who: str
    get: int = 200
    post: int = 405


def page(who: str, get: int = 200) -> Rule:
    """A page to read."""
    return Rule(who, get, 405)


def form(who: str, post: int = 422, get: int = 200) -> Rule:
    """A page with a form; an empty one is answered with what is wrong, or does what the page asked about."""
    return Rule(who, get, post)


def act(who: str, post: int = 302) -> Rule:
    """A button."""
    return Rule(who, 405, post)


TABLE: Final[dict[str, Rule]] = {
    # people, before there is an organisation
    "start": page(SIGNED_IN),
    "organisations": form(SIGNED_IN, post=404),
    "new": form(SIGNED_IN),
    "invitation": form(EVERYBODY, post=302),
    "profile": form(SIGNED_IN),
    "erase": form(SIGNED_IN),
    "end-session": act(SIGNED_IN, post=404),  # nobody else's
    # an organisation
    "home": page(P.READ),
    "unsent": page(P.READ, get=302),
    "settings": form(P.MANAGE),
    "look": form(P.MANAGE),
    "mail-texts": page(P.MANAGE),
    "mail-text": form(P.MANAGE, post=302),
    "mail-look": page(P.MANAGE),
    "members:list": page(P.READ),
    "members:roles": page(P.READ),
    "members:invite": form(P.MANAGE),
    "members:leave": form(P.READ, post=302),
    "members:change": form(P.MANAGE),
    "members:remove": form(P.MANAGE, post=302),
    "members:withdraw": act(P.MANAGE),
    "groups:list": page(P.READ),
    "groups:new": form(P.GROUPS),
    "groups:detail": page(P.READ),
    "groups:add": form(P.GROUPS),
    "groups:rename": form(P.GROUPS),
    "groups:archive": act(P.GROUPS),
    "groups:remove": act(P.GROUPS),
    "certificates:list": page(P.READ),
    "certificates:new": form(P.AUTHOR),
    "certificates:preview": act(P.AUTHOR, post=200),
    "certificates:edit": form(P.AUTHOR),
    "certificates:thumbnail": page(P.READ),
    "certificates:example": page(P.READ),
    "certificates:default": act(P.AUTHOR),
    "certificates:use": form(P.AUTHOR, post=302),
    "certificates:remove": form(P.AUTHOR, post=302),
    "certificates:packs": page(P.AWARD),
    "certificates:pack": act(P.AWARD),
    "certificates:pack-detail": page(P.AWARD),
    "certificates:pack-file": page(P.AWARD, get=404),  # not made yet
    "certificates:pack-again": act(P.AWARD),
    "certificates:pack-remove": act(P.AWARD),
    "domains:list": page(P.READ),
    "domains:add": form(P.MANAGE),
    "domains:detail": page(P.READ),
    "domains:check": act(P.MANAGE),
    "domains:remove": form(P.MANAGE, post=302),
    "domains:pages": form(P.MANAGE),
    "domains:pages-check": act(P.MANAGE),
    "domains:pages-remove": form(P.MANAGE, post=302),
    "clients:list": page(P.MANAGE),
    "clients:new": form(P.MANAGE),
    "clients:detail": page(P.MANAGE),
    "clients:revoke": form(P.MANAGE, post=302),
    "webhooks:list": page(P.MANAGE),
    "webhooks:new": form(P.MANAGE),
    "webhooks:detail": page(P.MANAGE),
    "webhooks:test": act(P.MANAGE),
    "webhooks:enable": act(P.MANAGE),
    "webhooks:secret": form(P.MANAGE, post=302),
    "webhooks:remove": form(P.MANAGE, post=302),
    "webhooks:delivery": page(P.MANAGE),
    "webhooks:replay": act(P.MANAGE),
    "audit:list": page(P.AUDIT),
    "issuers:list": page(P.READ),
    "issuers:new": form(P.ISSUERS),
    "issuers:detail": page(P.READ),
    "issuers:edit": form(P.ISSUERS),
    "issuers:picture": form(P.ISSUERS),
    "issuers:image": page(P.READ),
    "issuers:archive": act(P.ISSUERS),
    "issuers:domain": form(P.ISSUERS),
    "issuers:check-domain": act(P.ISSUERS),
    "issuers:keys": page(P.READ),
    "issuers:add-key": act(P.ISSUERS),
    "issuers:rotate-key": form(P.ISSUERS, post=302),
    "issuers:compromised": form(P.ISSUERS),
    # achievements
    "achievements:list": page(P.READ),
    "achievements:new": form(P.AUTHOR, post=200),
    "achievements:detail": page(P.READ),
    "achievements:edit": form(P.AUTHOR, post=302),
    "achievements:autosave": act(P.AUTHOR, post=200),
    "achievements:picture": form(P.AUTHOR),
    "achievements:image": page(P.READ),
    "achievements:preview": page(P.READ),
    "achievements:json": page(P.READ),
    "achievements:history": page(P.READ),
    "achievements:publish": form(P.PUBLISH),
    "achievements:archive": form(P.PUBLISH, post=302),
    "achievements:unarchive": act(P.PUBLISH),
    "achievements:clone": act(P.AUTHOR),
    "achievements:share": act(P.AUTHOR),
    "achievements:earning": form(P.PUBLISH, post=302),
    "achievements:discard": form(P.AUTHOR, post=302),
    # designs
    "part": page(EVERYBODY),
    "designs:edit": form(P.AUTHOR, post=200),
    "designs:draw": act(P.AUTHOR, post=200),
    "designs:keep": act(P.AUTHOR, post=200),
    "designs:start": page(P.AUTHOR),
    "designs:series": form(P.AUTHOR),
    "designs:icons": page(P.READ),
    "designs:keep-palette": act(P.AUTHOR),
    "designs:remove-palette": act(P.AUTHOR),
    "designs:families": page(P.READ),
    "designs:new-family": form(P.AUTHOR),
    "designs:family": form(P.AUTHOR, post=200),
    "designs:draw-family": act(P.AUTHOR, post=200),
    "designs:keep-family": act(P.AUTHOR, post=200),
    "designs:family-look": page(P.READ),
    "designs:restyle": form(P.AUTHOR, post=302),
    "designs:archive-family": act(P.AUTHOR),
    # claim links
    "claims:list": page(P.READ),
    "claims:new": form(P.AWARD),
    "claims:detail": page(P.READ),
    "claims:print": page(P.READ),
    "claims:close": form(P.AWARD, post=302),
    "claims:catalogue": act(P.AWARD),
    "claims:approve": act(P.APPROVE),
    "claims:decide": act(P.APPROVE),
    "claims:decline": form(P.APPROVE),
    # awards and their delivery
    "awards:list": page(P.READ),
    "awards:choose": page(P.AWARD),
    "awards:new": form(P.AWARD),
    "awards:remind": act(P.AWARD),
    "awards:erase-learner": form(P.MANAGE),
    "awards:erasure": page(P.MANAGE),
    "awards:reissue": form(P.AWARD, post=404),
    "awards:reissue-run": page(P.READ),
    "awards:reissue-progress": page(P.READ),
    "awards:reissue-outcomes": page(P.READ),
    "awards:detail": page(P.READ),
    "awards:correct": form(P.AWARD),
    "awards:revoke": form(P.REVOKE),
    "awards:suspend": form(P.REVOKE),
    "awards:reinstate": form(P.REVOKE),
    "awards:send": form(P.AWARD),
    "delivery:list": page(P.READ),
    # batches
    "batches:list": page(P.READ),
    "batches:new": page(P.AWARD),
    "batches:upload-any": form(P.AWARD),
    "batches:upload": form(P.AWARD),
    "batches:detail": page(P.READ),
    "batches:progress": page(P.READ),
    "batches:problems": page(P.READ),
    "batches:columns": form(P.AWARD),
    "batches:corrected": form(P.AWARD),
    "batches:check": act(P.AWARD),
    "batches:confirm": form(P.AWARD, get=302),
    "batches:approve": act(P.APPROVE),
    "batches:stop": act(P.READ),
    "batches:retry": act(P.AWARD),
    "batches:undo": form(P.REVOKE, get=302),
    "batches:problems-file": page(P.READ),
    "batches:outcomes-file": page(P.READ),
    "batches:file": page(P.READ),
    "batches:file-download": page(P.READ),
    # the operator
    "operator:home": page(OPERATOR),
    "operator:organisations": page(OPERATOR),
    "operator:organisation": page(OPERATOR),
    "operator:approve": act(OPERATOR),
    "operator:suspend": form(OPERATOR),
    "operator:resume": act(OPERATOR),
    "operator:quota": act(OPERATOR),
    "operator:invitations": form(OPERATOR),
    "operator:withdraw": act(OPERATOR),
    "operator:domains": page(OPERATOR),
    "operator:jobs": page(OPERATOR),
    "operator:retry-jobs": act(OPERATOR),
    "operator:discard-jobs": form(OPERATOR, get=302, post=302),
    "operator:keys": form(OPERATOR),
    "operator:revoke-key": act(OPERATOR),
    "operator:reports": page(OPERATOR),
    "operator:report": form(OPERATOR),
}

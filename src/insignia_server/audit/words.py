"""What the codes of the log mean: each act as a sentence, the things it was done to, the facts beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

Word = str | Promise

ACTIONS: Final[Mapping[str, Word]] = {
    "achievement.archive": gettext_lazy("The achievement was put into the archive"),
    "achievement.clone": gettext_lazy("The achievement was copied from another one"),
    "achievement.create": gettext_lazy("The achievement was begun"),
    "achievement.design": gettext_lazy("The badge was designed"),
    "achievement.discard": gettext_lazy("The draft was thrown away"),
    "achievement.draft": gettext_lazy("The draft was changed"),
    "achievement.picture": gettext_lazy("The picture of the achievement was changed"),
    "achievement.publish": gettext_lazy("A version was published"),
    "achievement.series": gettext_lazy("Drafts for the levels of a family were made"),
    "achievement.share": gettext_lazy("Sharing of the achievement was changed"),
    "achievement.unarchive": gettext_lazy("The achievement was taken out of the archive"),
    "award.claim": gettext_lazy("A learner claimed what was awarded to a proved address"),
    "award.correct": gettext_lazy("The badge was corrected: this one takes the place of the old one"),
    "award.erase": gettext_lazy("A learner left and had the badges erased"),
    "award.issue": gettext_lazy("The badge was awarded and signed"),
    "award.reinstate": gettext_lazy("The suspended badge was made valid again"),
    "award.reissue": gettext_lazy("Issuing again began, because a key was compromised"),
    "award.reissued": gettext_lazy("Issuing again is finished"),
    "award.remind": gettext_lazy("Learners were reminded of badges that they have not claimed"),
    "award.revoke": gettext_lazy("The badge was revoked"),
    "award.send-again": gettext_lazy("The mail was sent once more"),
    "award.suspend": gettext_lazy("The badge was suspended"),
    "award.visibility": gettext_lazy("The learner changed who may see the badge"),
    "batch.approve": gettext_lazy("A second person approved the batch"),
    "batch.check": gettext_lazy("The batch was checked once more"),
    "batch.confirm": gettext_lazy("The batch was confirmed"),
    "batch.go-on": gettext_lazy("The suspension is over: signing of the batch went on"),
    "batch.options": gettext_lazy("Columns or options of the batch were changed"),
    "batch.pause": gettext_lazy("The batch paused, since the organisation is suspended"),
    "batch.retry": gettext_lazy("What failed in the batch was tried again"),
    "batch.sign": gettext_lazy("Signing of the batch began"),
    "batch.start": gettext_lazy("A file was uploaded for a batch"),
    "batch.stop": gettext_lazy("The batch was stopped"),
    "batch.undo": gettext_lazy("Undoing of the batch began"),
    "batch.undone": gettext_lazy("The batch was undone: all its badges are revoked"),
    "claim-link.close": gettext_lazy("The claim link was closed"),
    "claim-link.open": gettext_lazy("A claim link was made"),
    "claim.approve": gettext_lazy("The claim was approved"),
    "claim.decline": gettext_lazy("The claim was declined"),
    "claim.request": gettext_lazy("A learner asked for a badge"),
    "client.create": gettext_lazy("An API key was made"),
    "client.revoke": gettext_lazy("The API key was revoked"),
    "credential.issue": gettext_lazy("A credential was signed through the VC-API"),
    "credential.reinstate": gettext_lazy("The credential was reinstated on its status list"),
    "credential.revoke": gettext_lazy("The credential was revoked on its status list"),
    "credential.revoke-many": gettext_lazy("Credentials were revoked on their status lists"),
    "credential.status": gettext_lazy("The status of a credential was set through the VC-API"),
    "credential.supersede": gettext_lazy("The credential was superseded by a newer one"),
    "credential.supersede-many": gettext_lazy("Credentials were superseded by newer ones"),
    "credential.suspend": gettext_lazy("The credential was suspended on its status list"),
    "domain.add": gettext_lazy("A domain was named, to be proved"),
    "domain.remove": gettext_lazy("A domain was removed"),
    "evidence.upload": gettext_lazy("A file of evidence was uploaded"),
    "family.archive": gettext_lazy("A family of badges was put away"),
    "family.change": gettext_lazy("A family of badges was changed"),
    "family.create": gettext_lazy("A family of badges was made"),
    "family.restyle": gettext_lazy("Drafts were drawn anew after their family"),
    "family.unarchive": gettext_lazy("A family of badges was taken back"),
    "group.archive": gettext_lazy("The group was put into the archive"),
    "group.create": gettext_lazy("A group was made"),
    "group.import": gettext_lazy("People were added to the group"),
    "group.remove": gettext_lazy("Somebody was taken off the roster of the group"),
    "group.rename": gettext_lazy("The group was given another name"),
    "group.unarchive": gettext_lazy("The group was taken out of the archive"),
    "issuer.archive": gettext_lazy("The issuer profile was put into the archive"),
    "issuer.create": gettext_lazy("An issuer profile was made"),
    "issuer.domain": gettext_lazy("The issuer profile was moved to another domain"),
    "issuer.picture": gettext_lazy("The picture of the issuer profile was changed"),
    "issuer.pin": gettext_lazy("The address of the issuer was fixed by its first signature"),
    "issuer.unarchive": gettext_lazy("The issuer profile was taken out of the archive"),
    "issuer.update": gettext_lazy("The issuer profile was changed"),
    "job.discard": gettext_lazy("Failed jobs were discarded"),
    "job.retry": gettext_lazy("Failed jobs were tried again"),
    "key.compromised": gettext_lazy("The signing key was reported as compromised"),
    "key.created": gettext_lazy("A signing key was made"),
    "key.rotated": gettext_lazy("The signing key was replaced by a new one"),
    "keys.reseal": gettext_lazy("The signing keys were sealed anew"),
    "learner.erase": gettext_lazy("A learner was erased from badges, lists and mails"),
    "mail_text.reset": gettext_lazy("The organisation’s own mail text was taken back"),
    "mail_text.set": gettext_lazy("The organisation’s own mail text was changed"),
    "member.invite": gettext_lazy("Somebody was invited"),
    "member.join": gettext_lazy("Somebody accepted the invitation and joined"),
    "member.remove": gettext_lazy("A member was removed"),
    "member.roles": gettext_lazy("The roles of a member were changed"),
    "member.withdraw-invitation": gettext_lazy("An invitation was withdrawn"),
    "organisation.approve": gettext_lazy("The operator approved the organisation"),
    "organisation.change": gettext_lazy("The settings of the organisation were changed"),
    "organisation.found": gettext_lazy("The organisation was founded"),
    "organisation.invite-founder": gettext_lazy("The operator invited somebody to found an organisation"),
    "organisation.quota": gettext_lazy("The operator changed how many badges may be awarded a month"),
    "organisation.resume": gettext_lazy("The operator let the organisation work again"),
    "organisation.suspend": gettext_lazy("The operator suspended the organisation"),
    "organisation.withdraw-founder": gettext_lazy("The operator withdrew an invitation to found"),
    "palette.keep": gettext_lazy("A palette of the organisation was kept"),
    "palette.remove": gettext_lazy("A palette of the organisation was removed"),
    "report.close": gettext_lazy("The operator closed a report of abuse"),
    "webhook.create": gettext_lazy("A webhook was made"),
    "webhook.disable": gettext_lazy("The webhook was switched off"),
    "webhook.enable": gettext_lazy("The webhook was switched on"),
    "webhook.remove": gettext_lazy("A webhook was removed"),
    "webhook.replay": gettext_lazy("An event was sent to the webhook once more"),
    "webhook.rotate": gettext_lazy("The secret of the webhook was changed"),
    "webhook.test": gettext_lazy("A test event was sent to the webhook"),
}
# By the part of a code before the dot; what people choose from in the list.
NOUNS: Final[Mapping[str, Word]] = {
    "achievement": gettext_lazy("Achievements"),
    "award": gettext_lazy("Awards"),
    "batch": gettext_lazy("Batches"),
    "claim-link": gettext_lazy("Claim links"),
    "claim": gettext_lazy("Claims"),
    "client": gettext_lazy("API keys"),
    "credential": gettext_lazy("Credentials"),
    "domain": gettext_lazy("Domains"),
    "evidence": gettext_lazy("Evidence"),
    "family": gettext_lazy("Families of badges"),
    "group": gettext_lazy("Groups"),
    "issuer": gettext_lazy("Issuer profiles"),
    "key": gettext_lazy("Signing keys"),
    "learner": gettext_lazy("Learners"),
    "mail_text": gettext_lazy("Mail texts"),
    "member": gettext_lazy("Members"),
    "organisation": gettext_lazy("Organisation"),
    "palette": gettext_lazy("Palettes"),
    "webhook": gettext_lazy("Webhooks"),
}
INSTANCE_NOUNS: Final = frozenset({"job", "keys", "report"})  # never in an organisation's own list
# By the name of a model.
SUBJECTS: Final[Mapping[str, Word]] = {
    "achievement": gettext_lazy("Achievement"),
    "achievementversion": gettext_lazy("Version of an achievement"),
    "apiclient": gettext_lazy("API key"),
    "award": pgettext_lazy("noun", "Award"),
    "batch": gettext_lazy("Batch"),
    "claim": gettext_lazy("Claim"),
    "claimlink": gettext_lazy("Claim link"),
    "credential": gettext_lazy("Credential"),
    "delivery": gettext_lazy("Delivery of an event"),
    "domain": gettext_lazy("Domain"),
    "endpoint": gettext_lazy("Webhook"),
    "erasure": gettext_lazy("Erasure of a learner"),
    "evidencefile": gettext_lazy("File of evidence"),
    "family": gettext_lazy("Family of badges"),
    "foundinginvitation": gettext_lazy("Invitation to found"),
    "group": gettext_lazy("Group"),
    "invitation": gettext_lazy("Invitation"),
    "issuer": gettext_lazy("Issuer profile"),
    "member": gettext_lazy("Member"),
    "mailtext": gettext_lazy("Mail text"),
    "organisation": gettext_lazy("Organisation"),
    "ownpalette": gettext_lazy("Palette"),
    "reissue": gettext_lazy("Issuing again"),
    "abusereport": gettext_lazy("Report of abuse"),
    "signingkey": gettext_lazy("Signing key"),
}
FACTS: Final[Mapping[str, Word]] = {
    "added": gettext_lazy("added"),
    "after": gettext_lazy("after"),
    "algorithm": gettext_lazy("algorithm"),
    "awards": gettext_lazy("awards a month"),
    "before": gettext_lazy("before"),
    "by_credential": gettext_lazy("by the credential"),
    "changed": gettext_lazy("changed"),
    "count": gettext_lazy("how many"),
    "credential": gettext_lazy("credential"),
    "digest": gettext_lazy("SHA-256"),
    "events": gettext_lazy("events"),
    "everything": gettext_lazy("all that the key signed"),
    "family": gettext_lazy("family"),
    "fields": gettext_lazy("fields"),
    "fragment": gettext_lazy("name in the DID document"),
    "framework": gettext_lazy("template"),
    "key": gettext_lazy("key"),
    "kind": gettext_lazy("kind"),
    "language": gettext_lazy("language"),
    "levels": gettext_lazy("levels"),
    "media_type": gettext_lazy("kind of file"),
    "name": gettext_lazy("name"),
    "number": gettext_lazy("version"),
    "other_address": gettext_lazy("to another address"),
    "own": gettext_lazy("an own domain"),
    "purpose": gettext_lazy("purpose"),
    "reason": gettext_lazy("reason"),
    "refused": gettext_lazy("refused"),
    "reissued": gettext_lazy("issued again"),
    "renamed": gettext_lazy("given another name"),
    "revoke": gettext_lazy("the badges are revoked too"),
    "roles": gettext_lazy("roles"),
    "rows": gettext_lazy("rows"),
    "scopes": gettext_lazy("scopes"),
    "shared": gettext_lazy("shared"),
    "signed": gettext_lazy("signed"),
    "since": gettext_lazy("since"),
    "size": gettext_lazy("bytes"),
    "slug": gettext_lazy("short name"),
    "source": gettext_lazy("source"),
    "state": gettext_lazy("state"),
    "status": gettext_lazy("status"),
    "suite": gettext_lazy("kind of proof"),
    "taken_away": gettext_lazy("taken away"),
    "told": gettext_lazy("the learner gets a mail"),
    "unchanged": gettext_lazy("were there already"),
    "visibility": gettext_lazy("who may see it"),
    "waits": gettext_lazy("waits for the operator"),
    "whole": pgettext_lazy("a draft and its achievement were discarded", "with the achievement"),
}


# Values that are codes, whatever fact they are of.
VALUES: Final[Mapping[str, Word]] = {
    "api": gettext_lazy("API"),
    "approval": gettext_lazy("waiting for a second person"),
    "approver": gettext_lazy("Approver"),
    "auditor": gettext_lazy("Auditor"),
    "author": gettext_lazy("Author"),
    "awarder": gettext_lazy("Awarder"),
    "bulk": gettext_lazy("batch"),
    "claim": gettext_lazy("claim"),
    "correction": gettext_lazy("correction"),
    "held": gettext_lazy("waiting to be signed"),
    "manual": gettext_lazy("by hand"),
    "owner": gettext_lazy("Owner"),
    "plain": gettext_lazy("Open Badge"),
    "private": gettext_lazy("only the learner"),
    "public": gettext_lazy("everyone, search engines too"),
    "reissue": gettext_lazy("issued again"),
    "unlisted": gettext_lazy("whoever has the link"),
}


def said(action: str) -> str:
    """An act as a sentence; the code itself, should it come from a newer version of the server."""
    return str(ACTIONS.get(action) or action)


def thing(model: str) -> str:
    """What an act was done to."""
    return str(SUBJECTS.get(model) or model)


def fact(name: str, value: object) -> tuple[str, str]:
    """A fact beside an act: what it is called, and its value."""
    return str(FACTS.get(name) or name.replace("_", " ")), _plain(value)


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_plain, value)) or "–"
    if value is None or value == "":
        return "–"
    return str(VALUES.get(value, value) if isinstance(value, str) else value)

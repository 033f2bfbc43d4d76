"""Problems of addresses, names, identifiers, languages and groups."""

from __future__ import annotations

from insignia_server.awarding.sheets.kinds import _, kinds

PERSON_ERRORS = kinds(
    "error",
    (
        "person.missing",
        _("an email address, such as anna@example.org"),
        _("Nobody can be awarded without an address or another identifier. Add it."),
    ),
    (
        "email.invalid",
        _("an email address, such as anna@example.org"),
        _("This is not an email address. Correct it."),
    ),
    (
        "email.several",
        _("one email address"),
        _("There are several addresses in one cell. Keep the one that the person uses."),
    ),
    ("email.too-long", _("at most 254 characters"), _("The address is too long. Correct it.")),
    (
        "person.twice",
        _("each person once"),
        _("The same person stands in line %(line)s already. Remove one of the two rows."),
    ),
    (
        "award.already-held",
        _("a person who does not hold the badge yet"),
        _("This person already holds the badge. Remove the row, or correct the earlier award."),
    ),
    ("name.missing", _("a name"), _("The name is empty. Add it: it stands on the certificate.")),
    (
        "name.too-long",
        _("at most %(limit)s characters"),
        _("The name has %(length)s characters. Shorten it; nothing is cut off by itself."),
    ),
    (
        "identifier.type-missing",
        _("a kind of identifier: %(names)s"),
        _("Nothing says what kind of identifier this is. Add a column that does."),
    ),
    (
        "identifier.type-unknown",
        _("a kind of identifier: %(names)s"),
        _("Open Badges knows no identifier of this kind. Use one of these, or one that begins with ext:."),
    ),
    (
        "identifier.too-long",
        _("at most %(limit)s characters"),
        _("The identifier is too long. Correct it."),
    ),
    (
        "identifier.did",
        _("a DID that is whole: %(expected)s"),
        _("The DID is damaged: a character is missing or wrong. Copy it again from the wallet."),
    ),
    (
        "external.twice",
        _("each key once"),
        _("Line %(line)s has the same key. Give each row its own, or leave it empty."),
    ),
    (
        "external.too-long",
        _("at most %(limit)s characters"),
        _("The key of the row is too long. Shorten it."),
    ),
)
PERSON_WARNINGS = kinds(
    "warning",
    (
        "email.near-miss",
        _("a domain that exists"),
        _("This looks like a typing error of %(domain)s. Check it, or the mail goes astray."),
    ),
    (
        "email.cleaned",
        _("the address alone"),
        _("Characters around the address were left out. Check that the address is right."),
    ),
    (
        "email.upper-case",
        _("an address in small letters"),
        _("The address is in capitals, and verifiers compare it letter by letter. Small letters are safer."),
    ),
    (
        "email.unusual",
        _("letters, digits and dots before the @"),
        _("An address with quotes or other letters is allowed, but many mail servers refuse it. Check it."),
    ),
    (
        "email.unsendable",
        _("letters a to z, digits and dots before the @"),
        _("The badge is signed for this address, but no mail can be sent to it from here. Is it right?"),
    ),
    (
        "email.suppressed",
        _("an address that accepts mail"),
        _("No mail is sent to this address (it bounced or asked for none). Tell the person another way."),
    ),
    (
        "person.two-addresses",
        _("one address for each person"),
        _("Line %(line)s has the same name with another address. Is it the same person?"),
    ),
    (
        "award.held-again",
        _("a person who does not hold the badge yet"),
        _("This person already holds the badge and would get a second one."),
    ),
    ("name.empty", _("a name"), _("The name is empty. The certificate would show none.")),
    (
        "name.capitals",
        _("a name in upper and lower case"),
        _("The name is in capitals and would stand so on the certificate."),
    ),
    (
        "name.swapped",
        _("given name, then family name"),
        _("The comma suggests that the family name comes first. It would stand so on the certificate."),
    ),
    ("name.one-letter", _("a whole name"), _("The name is a single letter. Is it complete?")),
    (
        "name.invisible",
        _("characters that can be seen"),
        _("The name holds characters that cannot be seen. Type it again if they are not meant."),
    ),
    (
        "name.control",
        _("a name in one line"),
        _("Line breaks and control characters in the name were replaced by a space."),
    ),
    (
        "name.mojibake",
        _("readable letters"),
        _("The name was saved with the wrong encoding. Correct it, or save the file as CSV UTF-8."),
    ),
    ("name.address", _("a name"), _("The name is an address. Correct it.")),
    (
        "cell.formula",
        _("text that is not a formula"),
        _("A spreadsheet would run this text as a formula. It is kept as text and made harmless in exports."),
    ),
    (
        "identifier.did-method",
        _("did:key, did:jwk or did:web"),
        _("A DID of this method cannot be checked here. Check it yourself."),
    ),
    (
        "locale.unknown",
        _("a language: %(names)s"),
        _("This language is not known. The usual one is used."),
    ),
    ("group.unknown", _("a group: %(names)s"), _("There is no such group yet. It would be made.")),
)

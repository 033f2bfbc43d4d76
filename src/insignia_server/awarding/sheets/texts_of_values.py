"""Problems of dates, results, links and narratives."""

from __future__ import annotations

from insignia_server.awarding.sheets.kinds import _, kinds

DATE_ERRORS = kinds(
    "error",
    (
        "date.ambiguous",
        _("%(first)s or %(second)s"),
        _("The day and the month cannot be told apart. Say the order of dates, or write 2025-04-03."),
    ),
    ("date.impossible", _("a day of the calendar"), _("There is no such day. Correct the date.")),
    ("date.unreadable", _("a date such as 2025-04-03"), _("This is not a date. Write year-month-day.")),
    (
        "date.serial",
        _("a date such as 2025-04-03"),
        _("This is the number by which a spreadsheet keeps a date. Format the column as a date."),
    ),
    (
        "date.too-far",
        _("a day up to %(limit)s"),
        _("The date lies too far in the future. Correct it."),
    ),
    (
        "expiry.before-issue",
        _("a day after %(issued)s"),
        _("The badge would expire before it is issued. Correct one of the two dates."),
    ),
)
DATE_WARNINGS = kinds(
    "warning",
    (
        "date.future",
        _("a day up to %(today)s"),
        _("The date lies in the future. Until then verifiers say that the badge is not valid yet."),
    ),
    ("date.long-ago", _("a day after %(limit)s"), _("The date lies very far back. Is the year right?")),
    (
        "date.no-zone",
        _("a time with its zone, such as 10:00+02:00"),
        _("The time has no zone and is read as time in %(zone)s."),
    ),
    ("expiry.past", _("a day after %(today)s"), _("The badge would be expired on the day it is sent.")),
)
RESULT_ERRORS = kinds(
    "error",
    ("result.missing", _("a value for %(result)s"), _("This result is required. Add it.")),
    (
        "score.unreadable",
        _("a number such as 4.5"),
        _("This is not a number. Write digits, with a point or a comma before the decimals."),
    ),
    (
        "score.ambiguous",
        _("%(first)s or %(second)s"),
        _("The comma or point can mean thousands or decimals. Write the number without thousands."),
    ),
    ("score.percent", _("a number up to %(maximum)s"), _("Percent do not fit here. Write the points.")),
    ("score.over-maximum", _("at most %(maximum)s"), _("The score is over the maximum. Correct it.")),
    ("score.under-minimum", _("at least %(minimum)s"), _("The score is under the minimum. Correct it.")),
    (
        "grade.not-allowed",
        _("one of %(allowed)s"),
        _("The achievement does not allow this value for %(result)s. Use one of those allowed."),
    ),
    ("result.too-long", _("at most %(limit)s characters"), _("The result is too long. Shorten it.")),
)
RESULT_WARNINGS = kinds(
    "warning",
    (
        "score.under-required",
        _("at least %(required)s"),
        _("The score is under the value that the achievement requires. Should this person be awarded?"),
    ),
)
TEXT_ERRORS = kinds(
    "error",
    (
        "link.no-scheme",
        _("a link that begins with https://"),
        _("The link does not say how it is reached. Put https:// in front."),
    ),
    ("link.scheme", _("a link that begins with https://"), _("Links of this kind are refused.")),
    (
        "link.private",
        _("a link that everybody can open"),
        _("The link leads into a private network: nobody outside can open it. Publish it elsewhere."),
    ),
    (
        "link.too-long",
        _("at most %(limit)s characters"),
        _("The link has %(length)s characters. Use a shorter one."),
    ),
    ("link.invalid", _("a link such as https://example.org/work"), _("This is not a link. Correct it.")),
    (
        "link.credentials",
        _("a link without user name and password"),
        _("The link holds a user name or password, and it will be public. Remove it."),
    ),
    (
        "text.too-long",
        _("at most %(limit)s characters"),
        _("The text has %(length)s characters. Shorten it; nothing is cut off by itself."),
    ),
    (
        "text.script",
        _("text without script"),
        _("The text holds script, which other systems might run. Remove it."),
    ),
    ("text.control", _("readable characters"), _("The text holds control characters. Type it again.")),
    (
        "evidence.unknown",
        _("an address that an upload of your organisation gave"),
        _("Your organisation keeps no file at {address}. Upload it again, and use the new address."),
    ),
    (
        "achievement.missing",
        _("the achievement"),
        _("Nothing says which achievement it is. Add its name."),
    ),
    (
        "evidence.missing",
        _("a link or a text"),
        _("This achievement asks for evidence. Give a link to the work, or tell of it."),
    ),
    (
        "achievement.unknown",
        _("the name or code of an achievement"),
        _("There is no such achievement. Correct the name, or use its code."),
    ),
    (
        "achievement.ambiguous",
        _("one of %(choices)s"),
        _("Several achievements have this name. Use the code instead of the name."),
    ),
    (
        "achievement.archived",
        _("a published achievement"),
        _("This achievement is archived. Choose another, or take it out of the archive."),
    ),
    (
        "achievement.draft",
        _("a published achievement"),
        _("This achievement is a draft. Publish it first."),
    ),
)
TEXT_WARNINGS = kinds(
    "warning",
    (
        "text.html",
        _("plain text or Markdown"),
        _("HTML is shown as it is typed, with its angle brackets. Remove the tags."),
    ),
)

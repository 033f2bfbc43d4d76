"""Snippets that show a badge on other sites, in mails and in README files.

Each is safe to paste: every name is escaped for its language, whatever the issuer called the achievement.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from insignia_server.achievements.definition import Definition, texts
from insignia_server.achievements.models import Achievement, AchievementVersion
from insignia_server.awarding import badge_page

SIZES: Final = ("card", "compact", "image")
THEMES: Final = ("auto", "light", "dark")
SMALL: Final = 72  # pixels at which the small picture is shown in mails
SMALL_PIXELS: Final = 256  # one of achievements.renderings.SIZES
_MARKDOWN: Final = re.compile(r"([\\`*_\[\]<>!|~&]|:(?=//))")


@dataclass(frozen=True)
class Subject:
    """A badge as its snippets show it. `language` is that of `name`."""

    credential: uuid.UUID
    achievement: uuid.UUID
    number: int
    name: str
    issuer: str
    issuer_slug: str
    language: str = ""

    @property
    def issuer_page(self) -> str:
        """The page of the issuer."""
        return f"{settings.PUBLIC_URL}/issuers/{self.issuer_slug}/"

    @property
    def page(self) -> str:
        """The badge page."""
        return f"{settings.PUBLIC_URL}/badges/{self.credential}/"

    @property
    def picture(self) -> str:
        """The picture, 512 pixels wide and high."""
        return f"{self._version}.png"

    @property
    def small_path(self) -> str:
        """Where the picture in SMALL_PIXELS lies on this host."""
        return f"/achievements/{self.achievement}/{self.number}/{SMALL_PIXELS}.png"

    @property
    def small_picture(self) -> str:
        """The address of the picture in SMALL_PIXELS."""
        return f"{settings.PUBLIC_URL}{self.small_path}"

    @property
    def state_picture(self) -> str:
        """The small SVG with the name and the state."""
        return f"{settings.PUBLIC_URL}/badges/{self.credential}/state.svg"

    @property
    def _version(self) -> str:
        return f"{settings.PUBLIC_URL}/achievements/{self.achievement}/{self.number}"


@dataclass(frozen=True)
class Snippet:
    """A text to paste; `name` is the same in every language."""

    name: str
    label: str
    about: str
    content: str


def subject_of(version: AchievementVersion, achievement: Achievement, credential: uuid.UUID) -> Subject:
    """A badge of a published version, in the reader's language. The issuer of `achievement` has been read, so
    that nothing is asked of the database."""
    words = texts(Definition.from_json(version.content), badge_page.languages())
    return Subject(
        credential=credential,
        achievement=achievement.pk,
        number=version.number or 0,
        name=words.name,
        issuer=achievement.issuer.name,
        issuer_slug=achievement.issuer.slug,
        language=words.language,
    )


def snippets(subject: Subject, *, size: str = "card", theme: str = "auto") -> list[Snippet]:
    """All of them, in the reader's language. `size` and `theme` are of the component: SIZES, THEMES."""
    made = (
        ("component", component(subject, size=size, theme=theme), *_COMPONENT),
        ("html", html(subject), *_HTML),
        ("markdown", markdown(subject), *_MARKDOWN_WORDS),
        ("readme", readme(subject), *_README),
        ("signature", signature(subject), *_SIGNATURE),
    )
    # `+ ""` makes plain text of what is safe as HTML: a page shows its characters.
    return [Snippet(name, _(label), _(about), content + "") for name, content, label, about in made]


_COMPONENT: Final = (
    gettext_noop("Verified in the reader’s browser"),
    gettext_noop(
        "For websites that allow a script. It shows the badge and checks the issuer’s signature, the dates "
        "and the status on the reader’s side, each time the page is opened."
    ),
)
_HTML: Final = (
    gettext_noop("Picture with a link (HTML)"),
    gettext_noop(
        "For every website and blog. No script; the link leads to the badge page, where anyone can check."
    ),
)
_MARKDOWN_WORDS: Final = (
    gettext_noop("Picture with a link (Markdown)"),
    gettext_noop("For forums, wikis and notes."),
)
_README: Final = (
    gettext_noop("Small badge with its state (Markdown)"),
    gettext_noop("For a README. Its right side says what is true now: valid, expired, revoked."),
)
_SIGNATURE: Final = (
    gettext_noop("Email signature (HTML)"),
    gettext_noop("A small sharp picture with two lines of text, made for mail programs."),
)


def component(subject: Subject, *, size: str = "card", theme: str = "auto") -> SafeString:
    """`<insignia-badge>` and its script. What stands inside is shown where scripts do not run."""
    options = format_html(' size="{}"', size) if size in SIZES[1:] else SafeString("")
    options += format_html(' theme="{}"', theme) if theme in THEMES[1:] else SafeString("")
    return format_html(
        '<script src="{}/embed.js" async></script>\n'
        '<insignia-badge href="{}"{}><a href="{}">{}</a></insignia-badge>',
        settings.PUBLIC_URL,
        subject.page,
        options,
        subject.page,
        subject.name,
    )


def html(subject: Subject, *, size: int = 160) -> SafeString:
    """A picture that is a link, `size` pixels wide and high."""
    return format_html(
        '<a href="{}"><img src="{}" alt="{}" width="{}" height="{}"></a>',
        subject.page,
        subject.picture,
        alternative(subject.name, subject.issuer),
        size,
        size,
    )


def markdown(subject: Subject) -> str:
    """The same in Markdown."""
    return (
        f"[![{_escaped(alternative(subject.name, subject.issuer))}]({subject.small_picture})]({subject.page})"
    )


def readme(subject: Subject) -> str:
    """The small picture with the state in Markdown."""
    return (
        f"[![{_escaped(alternative(subject.name, subject.issuer))}]({subject.state_picture})]({subject.page})"
    )


def signature(subject: Subject) -> SafeString:
    """A table with styles in it, which is what mail programs understand."""
    return format_html(
        '<table role="presentation" cellpadding="0" cellspacing="0" border="0" '
        'style="border-collapse:collapse"><tr><td style="padding:0 12px 0 0"><a href="{page}">'
        '<img src="{picture}" alt="{alt}" width="{size}" height="{size}" style="display:block;border:0"></a>'
        '</td><td style="font:14px/1.4 Arial,Helvetica,sans-serif;vertical-align:middle">'
        '<a href="{page}" style="color:inherit;font-weight:bold;text-decoration:none">{name}</a><br>{issuer}'
        '<br><a href="{page}" style="color:inherit">{verify}</a></td></tr></table>',
        page=subject.page,
        picture=subject.small_picture,
        alt=alternative(subject.name, subject.issuer),
        size=SMALL,
        name=subject.name,
        issuer=subject.issuer,
        verify=_("Verify this badge"),
    )


def alternative(name: str, issuer: str) -> str:
    """What is read in the place of the picture."""
    return _("Badge: {name}, issued by {issuer}").format(name=name, issuer=issuer)


def share_links(subject: Subject) -> Mapping[str, str]:
    """Where a click shares the page: LinkedIn, and a mail."""
    about = {"subject": subject.name, "body": f"{alternative(subject.name, subject.issuer)}\n{subject.page}"}
    mail = urlencode(about, quote_via=quote)  # mail programs show a plus
    return {
        "linkedin": f"https://www.linkedin.com/sharing/share-offsite/?{urlencode({'url': subject.page})}",
        "mail": f"mailto:?{mail}",
    }


def _escaped(text: str) -> str:
    """As text of Markdown, on one line."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))

"""`{% load kit %}`: the components of docs/design-system.md as tags with few parameters."""

import datetime
import re
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BaseForm
from django.http import HttpRequest
from django.template import Context
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, pgettext

from insignia_server.kit import form_words
from insignia_server.kit.accent import parse_colour
from insignia_server.kit.json_markup import highlight
from insignia_server.kit.partial_languages import offered
from insignia_server.kit.pictures.render import SIZES
from insignia_server.kit.statuses import TONE_ICONS, status
from insignia_server.kit.wording import whole

register = template.Library()

# Icons that point along the line of text and turn with it.
TURNING = frozenset(
    ("arrow-left", "arrow-right", "chevron-left", "chevron-right", "list", "log-out", "undo-2"),
)


@register.simple_tag
def icon(name: str, size: str = "", label: str = "", spin: bool = False) -> SafeString:
    """An icon of the sprite; `size` is "", "s" or "l". Hidden from screen readers unless it has a `label`."""
    return _drawn(name, size, str(label), spin)


@lru_cache(maxsize=512)
def _drawn(name: str, size: str, label: str, spin: bool) -> SafeString:
    """Kept, since a page has dozens; the address of the sprite changes only with the release."""
    classes = "icon" + (f" icon--{size}" if size else "")
    classes += (" icon--turns" if name in TURNING else "") + (" spin" if spin else "")
    role = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="{}" {}><use href="{}#{}"></use></svg>', classes, role, static("kit/icons.svg"), name
    )


@register.simple_tag
def button(
    label: str,
    href: str = "",
    kind: str = "secondary",
    icon: str = "",
    name: str = "",
    value: str = "",
    type: str = "submit",
    small: bool = False,
    form: str = "",
) -> SafeString:
    """A link that looks like a button where `href` is given, otherwise a button.

    `kind`: primary, secondary, quiet, danger, danger-quiet.
    """
    classes = "btn" + (f" btn--{kind}" if kind != "secondary" else "") + (" btn--small" if small else "")
    inner = format_html("{}{}", _icon(icon) if icon else "", label)
    if href:
        return format_html('<a class="{}" href="{}">{}</a>', classes, href, inner)
    given = (("name", name), ("value", value), ("form", form))
    attributes = format_html_join("", ' {}="{}"', (pair for pair in given if pair[1]))
    return format_html('<button class="{}" type="{}"{}>{}</button>', classes, type, attributes, inner)


_icon = icon


@register.inclusion_tag("kit/parts/breadcrumbs.html")
def breadcrumbs(*pairs: Any) -> dict[str, Any]:
    """`{% breadcrumbs "Awards" awards_url "Bulk award" %}`: label, address, ..., and the page itself last."""
    return {"crumbs": [pairs[at : at + 2] for at in range(0, len(pairs), 2)]}


@register.inclusion_tag("kit/parts/page_header.html")
def page_header(title: str, lead: str = "", *pairs: Any) -> dict[str, Any]:
    """The head of a page outside the console: title, a sentence, and breadcrumbs as in `breadcrumbs`."""
    return {"title": title, "lead": lead, **breadcrumbs(*pairs)}


@register.inclusion_tag("kit/parts/chip.html")
def status_chip(value: str, label: str = "", of: str = "") -> dict[str, Any]:
    """The chip of a state (`draft`, `valid`, ...; see kit/statuses.py); an unknown one is neutral."""
    return {"status": status(str(value), of), "label": label}


@register.simple_tag
def status_label(name: str, of: str = "") -> str:
    """The word of a state, without its chip."""
    return str(status(name, of).label)


@register.simple_block_tag
def notice(content: str, tone: str = "info", title: str = "") -> SafeString:
    """`{% notice "warn" title=... %}...{% endnotice %}`; tones info, good, warn, bad."""
    heading = format_html('<p class="notice__title">{}</p>', title) if title else ""
    return format_html(
        '<div class="notice tone-{}"{}>{}<div class="notice__body">{}{}</div></div>',
        tone,
        mark_safe(' role="alert"') if tone == "bad" else "",
        icon(TONE_ICONS[tone]),
        heading,
        content,
    )


@register.simple_block_tag
def state(content: str, kind: str = "empty", title: str = "", icon: str = "", heading: int = 0) -> SafeString:
    """`{% state "empty" title=... icon=... %}<p>..</p>{% endstate %}`; kinds empty, loading, failed, done.

    `heading`: the level of the title where it is a heading, 1 where the state is the whole page.
    """
    name, tone = {
        "empty": ("inbox", ""),
        "loading": ("refresh-cw", ""),
        "failed": ("circle-alert", " tone-bad"),
        "done": ("circle-check", " tone-good"),
    }[kind]
    role = {"loading": "status", "failed": "alert", "done": "status"}.get(kind)
    return format_html(
        '<div class="state{0}"{1}>{2}<{3} class="state__title">{4}</{3}>{5}</div>',
        tone,
        format_html(' role="{}"', role) if role else "",
        _icon(icon or name, spin=kind == "loading"),
        f"h{heading}" if heading else "p",
        title,
        content,
    )


@register.inclusion_tag("kit/parts/progress.html")
def progress(label: str, value: int | None = None, total: int = 100, note: str = "") -> dict[str, Any]:
    """A native progress bar; without `value` it says that work goes on."""
    return {"label": label, "value": value, "total": total, "note": note}


@register.inclusion_tag("kit/parts/steps.html")
def steps(current: int, *labels: str) -> dict[str, Any]:
    """The steps of a wizard; `current` counts from 1."""
    return {"steps": [(label, number < current, number == current) for number, label in enumerate(labels, 1)]}


@register.simple_block_tag
def tabs(content: str, label: str = "") -> SafeString:
    """`{% tabs %}{% tab .. %}{% endtabs %}`: tabs that are links."""
    return format_html('<nav class="tabs" aria-label="{}">{}</nav>', label or gettext("Views"), content)


@register.simple_tag
def tab(label: str, url: str, current: bool = False, count: int | str | None = None) -> SafeString:
    """One tab; `count` stands beside the label."""
    return format_html(
        '<a href="{}"{}>{}{}</a>',
        url,
        mark_safe(' aria-current="page"') if current else "",
        label,
        "" if count is None else format_html(' <span class="count">{}</span>', count),
    )


@register.simple_tag
def stat(label: str, value: Any, hint: str = "", url: str = "") -> SafeString:
    """A tile of `<div class="stats">`: a figure and its name."""
    body = format_html(
        '<span class="stat__label">{}</span><span class="stat__value">{}</span>{}',
        label,
        whole(value) if isinstance(value, int) else value,
        format_html('<span class="stat__hint">{}</span>', hint) if hint else "",
    )
    if url:
        return format_html('<a class="stat" href="{}">{}</a>', url, body)
    return format_html('<div class="stat">{}</div>', body)


_RENDERED = re.compile(r"(.*/achievements/[0-9a-f-]{36}/[0-9]+)\.png(?:\?.*)?")


@register.simple_tag
def picture(image: str, width: int, css: str = "", alt: str = "", lazy: bool = False) -> SafeString:
    """A square picture, `width` CSS pixels wide at most; a badge's in the size and format that fits best.

    The address of a badge's picture, `…/<number>.png`, has others beside it: `…/<number>/256.webp`.
    """
    found = _RENDERED.fullmatch(image)
    early = format_html(' fetchpriority="{}"', "high") if width > 200 else ""
    loading = format_html(' loading="{}"', "lazy") if lazy else early
    css = format_html(' class="{}"', css) if css else ""
    shown = '<img{} src="{}"{} alt="{}" width="{}" height="{}"{} decoding="async">'
    if found is None:
        return format_html(shown, css, image, "", alt, width, width, loading)
    base = found[1]
    source, extra = (
        ", ".join(f"{base}/{size}.{format} {size}w" for size in SIZES) for format in ("webp", "png")
    )
    fitting = next((size for size in SIZES if size >= width), SIZES[-1])
    sizes = f"(max-width: {width * 5 // 4}px) 78vw, {width}px"
    return format_html(
        '<picture><source type="image/webp" srcset="{}" sizes="{}">{}</picture>',
        source,
        sizes,
        format_html(
            shown,
            css,
            f"{base}/{fitting}.png",
            format_html(' srcset="{}" sizes="{}"', extra, sizes),
            alt,
            width,
            width,
            loading,
        ),
    )


@register.inclusion_tag("kit/parts/badge_tile.html")
def badge_tile(
    name: str, image: str = "", url: str = "", sub: str = "", status: str = "", heading: int = 3
) -> dict[str, Any]:
    """A badge in a `<ul class="tiles">`; the whole tile is the link."""
    void = status in ("revoked", "suspended", "expired", "superseded", "archived")
    return {
        "name": name,
        "image": image,
        "url": url,
        "sub": sub,
        "status": status,
        "void": void,
        "heading": heading,
    }


@register.simple_block_tag
def badge_hero(
    content: str,
    title: str,
    image: str = "",
    eyebrow: str = "",
    void: bool = False,
    heading: int = 1,
    lang: str = "",
) -> SafeString:
    """The badge itself, large, and beside it the title (the `h1`, in `lang`) and what the block holds."""
    blank = '<span class="hero__image tile__blank">{}</span>'
    return format_html(
        '<section class="hero{0}"><div>{1}</div><div class="hero__text">{2}'
        '<h{3} class="hero__title"><bdi{6}>{4}</bdi></h{3}>{5}</div></section>',
        " hero--void" if void else "",
        picture(image, 416, "hero__image") if image else format_html(blank, icon("award")),
        format_html('<p class="hero__eyebrow"><bdi>{}</bdi></p>', eyebrow) if eyebrow else "",
        heading,
        title,
        content,
        format_html(' lang="{}"', lang) if lang else "",
    )


@register.simple_block_tag
def verdict(content: str, tone: str, sentence: str, note: str = "", open: bool = False) -> SafeString:
    """Verification: the sentence first, the details (the block, e.g. `<ul class="checks">`) below.

    `tone`: good, warn, bad, info.
    """
    details = (
        format_html(
            "<details{}><summary>{}</summary>{}</details>",
            mark_safe(" open") if open else "",
            gettext("How this was checked"),
            content,
        )
        if content.strip()
        else ""
    )
    return format_html(
        '<section class="verdict tone-{}"><p class="verdict__line">{}<span>{}</span></p>{}{}</section>',
        tone,
        icon({"good": "badge-check", "bad": "circle-x"}.get(tone, TONE_ICONS[tone])),
        sentence,
        format_html('<p class="verdict__note">{}</p>', note) if note else "",
        details,
    )


@register.inclusion_tag("kit/parts/check.html")
def check(outcome: str, title: str, detail: str = "") -> dict[str, Any]:
    """One check of a report: passed, failed, not_checked, not_applicable, warning."""
    return {"status": status(outcome, "check"), "title": title, "detail": detail}


@register.inclusion_tag("kit/parts/copy_button.html")
def copy_button(text: str = "", source: str = "", label: str = "") -> dict[str, Any]:
    """Copies `text`, or the text of the element with the id `source`. Needs script; hidden without it."""
    return {"text": text, "source": source, "label": label or gettext("Copy")}


@register.inclusion_tag("kit/parts/copyable.html")
def copyable(text: str) -> dict[str, Any]:
    """A value that people take away (an address, a key), with its copy button."""
    return {"text": text}


@register.inclusion_tag("kit/parts/pager.html")
def pager(newer: str = "", older: str = "", note: str = "") -> dict[str, Any]:
    """Links to the newer and the older page; empty addresses are left out."""
    return {"newer": newer, "older": older, "note": note}


@register.simple_block_tag(takes_context=True)
def filter_bar(
    context: Context, content: str, name: str = "q", placeholder: str = "", target: str = ""
) -> SafeString:
    """A GET form with a search field called `name`; the block holds further fields.

    With `target` (a CSS selector) htmx replaces that element alone while the person types.
    """
    request: HttpRequest | None = context.get("request")
    live = (
        format_html(
            ' hx-get="" hx-target="{0}" hx-select="{0}" hx-swap="outerHTML" hx-push-url="true"'
            ' hx-trigger="submit, input changed delay:300ms, change"',
            target,
        )
        if target
        else ""
    )
    return format_html(
        '<form class="filters" method="get" role="search"{}><div class="search">{}'
        '<input type="search" name="{}" value="{}" placeholder="{}" aria-label="{}"></div>{}'
        '<button class="btn" type="submit">{}</button></form>',
        live,
        icon("search"),
        name,
        request.GET.get(name, "") if request else "",
        placeholder or gettext("Search"),
        placeholder or gettext("Search"),
        content,
        pgettext("filter bar", "Show"),
    )


@register.inclusion_tag("kit/parts/sort_header.html", takes_context=True)
def sort_header(context: Context, label: str, key: str, number: bool = False) -> dict[str, Any]:
    """A `<th>` whose link sorts by `?sort=key`, then `?sort=-key`."""
    request: HttpRequest | None = context.get("request")
    query = request.GET.copy() if request else None
    current = query.get("sort", "") if query else ""
    following = f"-{key}" if current == key else key
    if query is not None:
        for cursor in ("before", "after", "cursor", "page"):
            query.pop(cursor, None)
        query["sort"] = following
    direction = {key: "ascending", f"-{key}": "descending"}.get(current, "")
    return {
        "label": label,
        "href": "?" + (query.urlencode() if query is not None else f"sort={following}"),
        "direction": direction,
        "arrow": {"ascending": "arrow-up", "descending": "arrow-down"}.get(direction, "arrow-up-down"),
        "number": number,
    }


@register.inclusion_tag("kit/parts/avatar.html")
def avatar(name: str, image: str = "", size: str = "", square: bool = False) -> dict[str, Any]:
    """A picture or the initials; decoration beside the written name, so hidden from screen readers."""
    words = [word for word in str(name).replace("@", " ").split() if word[0].isalnum()]
    ends = words[:1] + words[-1:] if len(words) > 1 else words
    initials = "".join(word[0] for word in ends).upper() or "?"
    return {"image": image, "initials": initials, "size": size, "square": square}


@register.simple_tag
def row(label: str, value: Any) -> SafeString:
    """One line of `<dl class="kv">`; empty values read as a dash."""
    shown = value if value not in (None, "") else "–"
    return format_html("<div><dt>{}</dt><dd>{}</dd></div>", label, shown)


@register.simple_block_tag
def event(content: str, title: str, at: datetime.datetime | None = None, tone: str = "") -> SafeString:
    """One entry of `<ol class="timeline">`."""
    return format_html(
        '<li class="{}"><p><span class="strong">{}</span></p>{}{}</li>',
        f"tone-{tone}" if tone else "",
        title,
        when(at) if at else "",
        content,
    )


@register.simple_tag
def when(value: datetime.datetime | None) -> SafeString:
    """An instant, unambiguous and with its zone: 24 Nov 2026, 14:05 UTC."""
    if value is None:
        return mark_safe("–")
    local = timezone.localtime(value)
    text = date_format(local, pgettext("date format", "j M Y, H:i"), use_l10n=False)
    return format_html('<time datetime="{}">{} {}</time>', value.isoformat(), text, local.tzname() or "UTC")


@register.simple_tag
def day(value: datetime.date | datetime.datetime | None, *, utc: bool = False) -> SafeString:
    """A date, unambiguous: 24 November 2026. `utc`: the day in UTC, as credentials are dated."""
    if value is None:
        return mark_safe("–")
    zone = datetime.UTC if utc else None
    date = timezone.localtime(value, zone).date() if isinstance(value, datetime.datetime) else value
    return format_html(
        '<time datetime="{}">{}</time>',
        date.isoformat(),
        date_format(date, pgettext("date format", "j F Y"), use_l10n=False),
    )


@register.inclusion_tag("kit/parts/json_block.html")
def json_block(value: Any, label: str = "", id: str = "json") -> dict[str, Any]:
    """JSON (an object, or text or bytes shown verbatim) coloured, scrollable, with a copy button."""
    return {"markup": highlight(value), "label": label or "JSON", "id": id}


@register.inclusion_tag("kit/parts/error_summary.html")
def error_summary(form: BaseForm) -> dict[str, Any]:
    """The errors of a form in one box, each a link to its field; nothing when there are none."""
    listed = [(field, error) for field in form for error in form_words.told(field)]
    return {"form": form, "listed": listed, "general": form.non_field_errors()}


@register.inclusion_tag("kit/parts/language_switch.html", takes_context=True)
def language_switch(context: Context) -> dict[str, Any]:
    """A menu of the interface languages (Django's `set_language`)."""
    request: HttpRequest | None = context.get("request")
    return {"request": request, "csrf_token": context.get("csrf_token"), "languages": offered(request)}


@register.inclusion_tag("kit/parts/theme_switch.html", takes_context=True)
def theme_switch(context: Context) -> dict[str, Any]:
    """Light, dark, or as the device says; kept in a cookie by `kit:theme`."""
    request: HttpRequest | None = context.get("request")
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "theme": theme_of(request),
        "choices": [
            ("auto", pgettext("theme", "As the device"), "monitor"),
            ("light", pgettext("theme", "Light"), "sun"),
            ("dark", pgettext("theme", "Dark"), "moon"),
        ],
    }


def theme_of(request: HttpRequest | None) -> str:
    """`light`, `dark`, or `auto` where nothing (or nonsense) was chosen."""
    chosen = request.COOKIES.get("theme", "") if request else ""
    return chosen if chosen in ("light", "dark") else "auto"


@register.simple_tag(takes_context=True)
def page_theme(context: Context) -> str:
    """`light`, `dark` or `auto`: what the person chose, otherwise what the organisation of the page did."""
    chosen = theme_of(context.get("request"))
    look = context.get("pages_look")
    return str(look.theme) if look and chosen == "auto" else chosen


@register.simple_tag(takes_context=True)
def theme_attribute(context: Context) -> SafeString:
    """`data-theme="dark"` for `<html>` where the person chose, otherwise nothing."""
    theme = page_theme(context)
    return mark_safe("") if theme == "auto" else format_html(' data-theme="{}"', theme)


@register.simple_tag
def accent_url(colour: str | None) -> str:
    """The stylesheet for an organisation's colour (`#0f6b57`); empty without a colour or its address."""
    try:
        return reverse("kit:accent", args=["{:02x}{:02x}{:02x}".format(*parse_colour(colour or ""))])
    except (ValueError, NoReverseMatch):
        return ""


@register.filter
def message_tone(tags: str) -> str:
    """Django's message tags to the tones of notices."""
    words = tags.split()
    tones = {"success": "good", "warning": "warn", "error": "bad"}
    return next((tones[word] for word in words if word in tones), "info")

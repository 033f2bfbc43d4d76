"""`{% load kit_form %}`: what the form templates and the account pages need besides the components."""

from django import template
from django.forms import BaseForm, BoundField
from django.http import HttpRequest
from django.template import Context
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from insignia_server.kit import form_words
from insignia_server.kit.templatetags.kit import tab

register = template.Library()

# Order matters: Edge and Opera name Chrome too, Chrome names Safari, Android names Linux.
_BROWSERS = (
    ("Firefox/", "Firefox"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Chrome", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


@register.filter
def widget_kind(field: BoundField) -> str:
    """How the field template draws a field: `check`, `choices`, `file`, `hidden` or `text`."""
    name = field.widget_type
    if field.is_hidden:
        return "hidden"
    if name == "checkbox":
        return "check"
    if name in ("radioselect", "checkboxselectmultiple"):
        return "choices"
    return "file" if "file" in name else "text"


register.filter("told", form_words.told)


@register.filter
def without_placeholders(form: BaseForm) -> BaseForm:
    """The same form; placeholders that repeat the label are taken out (allauth's forms have them)."""
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
    return form


@register.simple_tag(takes_context=True)
def account_tab(context: Context, label: str, url: str) -> SafeString:
    """A tab of the account pages; current on its own page and below it."""
    request: HttpRequest | None = context.get("request")
    return tab(label, url, current=request is not None and request.path.startswith(url))


@register.filter
def browser_name(user_agent: str) -> str:
    """`Firefox, Linux` for a User-Agent header; its own first words where it is not known."""
    browser = next((name for sign, name in _BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), "")
    return ", ".join(filter(None, (browser, system))) or user_agent[:40] or gettext("Unknown")

"""The design system: components, the form renderer, colours, and the views beside them."""

from __future__ import annotations

import datetime as dt
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.http import Http404
from django.template import Context, Template
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory, override_settings
from hypothesis import given
from hypothesis import strategies as st

from insignia_server.kit import look
from insignia_server.kit.accent import contrast, parse_colour, stylesheet
from insignia_server.kit.forms_renderer import Renderer
from insignia_server.kit.json_markup import highlight
from insignia_server.kit.statuses import all_statuses, status

STATIC = Path(look.__file__).parent / "static" / "kit"
TEMPLATES = Path(look.__file__).parent / "templates"
PEOPLE_TEMPLATES = Path(look.__file__).parent.parent / "people" / "templates"
HERE = override_settings(ROOT_URLCONF="insignia_server.config.urls")
COLOURS = st.tuples(*[st.integers(0, 255)] * 3)


@pytest.fixture(autouse=True)
def collected_files(settings: Any) -> None:
    """WhiteNoise warns when the folder of collected files is missing; a server has it."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


def render(source: str, /, **context: Any) -> str:
    """A fragment that has the components at hand."""
    return Template("{% load kit kit_form %}" + source).render(Context(context))


class Page(HTMLParser):
    """Ids, references to ids, and whatever a strict Content-Security-Policy would refuse."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.references: list[str] = []
        self.refused: list[str] = []
        self.icons: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if identifier := given.get("id"):
            self.ids.append(identifier)
        for name in ("for", "aria-describedby", "aria-labelledby"):
            self.references += (given.get(name) or "").split()
        self.refused += [
            f"{tag} {name}" for name, value in attrs if name == "style" or (name[:2] == "on" and value)
        ]
        if tag == "style" or (tag == "script" and "src" not in given):
            self.refused.append(tag)
        if tag == "use":
            self.icons.add((given.get("href") or "").rpartition("#")[2])


class Sample(forms.Form):
    title = forms.CharField(max_length=100, help_text="As <b>printed</b>")
    note = forms.CharField(required=False, widget=forms.Textarea)
    agree = forms.BooleanField(help_text="Needed")
    way = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    picture = forms.FileField(required=False)
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


# The page of components


@pytest.fixture
def design_page() -> str:
    with HERE:
        return look.design(RequestFactory().get("/design/")).content.decode()


def test_the_page_of_components_obeys_the_content_security_policy(design_page: str) -> None:
    """`script-src 'self'; style-src 'self'`: no inline script, no inline style, no on* attribute."""
    assert Page(design_page).refused == []


def test_every_id_on_the_page_of_components_is_unique_and_every_reference_arrives(design_page: str) -> None:
    page = Page(design_page)
    assert len(page.ids) == len(set(page.ids))
    assert set(page.references) - set(page.ids) == set()


def test_every_state_has_a_chip_on_the_page_of_components(design_page: str) -> None:
    for name in all_statuses():
        assert str(status(name).label) in design_page


def test_every_icon_that_a_page_or_a_chip_uses_is_in_the_sprite(design_page: str) -> None:
    sprite = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text("utf-8")))
    named = {status(name).icon for name in all_statuses()} | Page(design_page).icons
    for template in [*TEMPLATES.rglob("*.html"), *PEOPLE_TEMPLATES.rglob("*.html")]:
        named |= set(re.findall(r'{% icon "([^"]+)"', template.read_text("utf-8")))
    assert named - sprite == set()


def test_no_template_of_the_kit_or_of_the_accounts_has_an_inline_style_or_handler() -> None:
    files = [*TEMPLATES.rglob("*.html"), *PEOPLE_TEMPLATES.rglob("*.html")]
    assert len(files) > 50
    for file in files:
        assert not re.search(r"\sstyle=|\son[a-z]+=|<style|javascript:", file.read_text("utf-8")), file


@pytest.mark.parametrize("file", sorted(TEMPLATES.rglob("*.html")), ids=lambda file: file.name)
def test_every_template_of_the_kit_compiles(file: Path) -> None:
    get_template(str(file.relative_to(TEMPLATES)))


@pytest.mark.parametrize("file", sorted(PEOPLE_TEMPLATES.rglob("*.html")), ids=lambda file: file.name)
def test_every_account_template_compiles_and_wins_over_allauth(file: Path) -> None:
    template: Any = get_template(str(file.relative_to(PEOPLE_TEMPLATES)))
    assert template.origin.name == str(file)


def test_the_static_files_name_no_other_host_and_stay_small() -> None:
    css = (STATIC / "kit.css").read_text("utf-8")
    assert len(css.encode()) < 40_000
    assert re.findall(r"url\((?!\./fonts/)", css) == []
    assert "@import" not in css
    for name in re.findall(r"url\(\./(fonts/[^)\"']+)", css):
        assert (STATIC / name).is_file()


# Accounts


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"])
@HERE
def test_the_pages_to_come_in_look_like_the_rest(client: Any, address: str) -> None:
    page = client.get(address).content.decode()
    assert 'class="sheet"' in page
    assert "kit/kit.css" in page
    assert 'class="field' in page
    assert "placeholder=" not in page
    parsed = Page(page)
    data_blocks = page.count('type="application/json"')
    assert [item for item in parsed.refused if item != "script"] == []
    assert parsed.refused.count("script") == data_blocks


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/2fa/",
        "/accounts/sessions/",
        "/accounts/3rdparty/",
    ],
)
@HERE
def test_the_pages_of_an_account_mark_where_the_person_is(client: Any, make_user: Any, address: str) -> None:
    client.force_login(make_user("ada@example.org", "Ada Lovelace"))
    page = client.get(
        address, headers={"user-agent": "Mozilla/5.0 (X11; Linux) Firefox/140.0"}
    ).content.decode()
    assert re.findall(r'<a href="([^"]+)" aria-current="page">', page) == [address]
    assert ">AL</span>" in page


@HERE
def test_a_failed_sign_in_keeps_the_address_and_says_what_is_wrong(client: Any, db: None) -> None:
    answer = client.post(
        "/accounts/login/", {"login": "ada@example.org", "password": "wrong"}
    ).content.decode()
    assert 'value="ada@example.org"' in answer
    assert 'role="alert"' in answer
    assert "wrong" not in re.sub(r"<[^>]+>", "", answer)


# Forms


def test_a_field_names_its_help_and_its_error_for_screen_readers() -> None:
    html = str(Sample({"way": "c"}))
    page = Page(html)
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'aria-invalid="true"' in html
    assert set(page.references) - set(page.ids) == set()
    assert len(page.ids) == len(set(page.ids))


def test_the_error_summary_links_to_every_field_that_failed() -> None:
    form = Sample({"way": "c"})
    page = Page(str(form))
    links = re.findall(r'<a href="#([^"]+)"', str(form))
    assert links == ["id_title", "id_agree", "id_way"]
    assert set(links) - set(page.ids) == set()


def test_what_was_typed_is_kept_and_escaped_when_a_form_fails() -> None:
    html = str(Sample({"title": "<script>x</script>", "note": "a & b", "secret": "kept"}))
    assert "&lt;script&gt;x&lt;/script&gt;" in html
    assert "<script>x" not in html
    assert "a &amp; b" in html
    assert html.count('value="kept"') == 1


def test_optional_fields_say_so_and_required_ones_do_not() -> None:
    html = str(Sample())
    assert html.count("(optional)") == 2
    assert "(optional)" not in html[html.index('for="id_title"') : html.index('for="id_note"')]


def test_a_form_where_one_field_is_enough_does_not_call_all_of_them_optional() -> None:
    class Either(Sample):
        mark_optional = False

    assert "(optional)" not in str(Either())


def test_a_file_field_is_a_drop_zone_around_a_plain_file_input() -> None:
    zone = re.search(r'<div class="drop">.*?</div>', str(Sample()), re.S)
    assert zone is not None
    assert '<input type="file" name="picture"' in zone.group()


def test_a_counter_follows_fields_with_a_limit_only() -> None:
    html = str(Sample())
    assert re.findall(r'data-counts="([^"]+)" data-limit="(\d+)"', html) == [("id_title", "100")]


def test_a_form_error_of_the_whole_form_stands_in_the_summary() -> None:
    form = Sample({"title": "x", "agree": "on", "way": "a"})
    form.add_error(None, "The two do not fit together: <b>")
    assert "<li>The two do not fit together: &lt;b&gt;</li>" in str(form)


def test_one_group_of_a_form_can_be_drawn_alone_and_a_formset_as_a_whole() -> None:
    assert Sample()["title"].as_field_group().count("<label") == 1
    assert Sample()["secret"].as_field_group().strip() == '<input type="hidden" name="secret" id="id_secret">'
    drawn = str(forms.formset_factory(Sample, extra=2, renderer=Renderer())())
    assert 'name="form-TOTAL_FORMS"' in drawn
    assert 'id="id_form-1-title"' in drawn


def test_a_date_of_three_boxes_is_a_field_set() -> None:
    class Born(forms.Form):
        on = forms.DateField(widget=forms.SelectDateWidget(years=[2026]))

    html = str(Born())
    assert "<fieldset" in html
    assert 'class="field-row"' in html


# Components


def test_a_button_is_a_link_where_it_has_an_address_and_escapes_what_it_gets() -> None:
    assert (
        render("{% button 'Go' href='/x' kind='primary' %}") == '<a class="btn btn--primary" href="/x">Go</a>'
    )
    html = render(
        "{% button label name='act' value=value form='f' icon='plus' small=True %}", label="<b>", value='"'
    )
    assert 'class="btn btn--small" type="submit" name="act" value="&quot;" form="f"' in html
    assert html.endswith("&lt;b&gt;</button>")


def test_an_icon_is_hidden_unless_it_has_a_label() -> None:
    assert 'aria-hidden="true"' in render("{% icon 'x' %}")
    named = render("{% icon 'arrow-left' size='s' label=name spin=True %}", name='"')
    assert 'class="icon icon--s icon--turns spin" role="img" aria-label="&quot;"' in named


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{% breadcrumbs %}", []),
        ("{% breadcrumbs 'A' '/a' 'B' %}", ['<a href="/a">A</a>', '<span aria-current="page">B</span>']),
        ("{% page_header 'B' 'lead' 'A' '/a' 'B' %}", ['<a href="/a">A</a>', "<h1>B</h1>", "<p>lead</p>"]),
        ("{% page_header 'B' %}", ["<h1>B</h1>"]),
        ("{% status_chip 'revoked' %}", ["tone-bad", "Revoked"]),
        ("{% status_chip 'On-Moon' %}", ["On-moon", 'class="chip"']),
        ("{% status_chip 'valid' label='Good' %}", ["tone-good", "Good"]),
        ("{% notice 'bad' title='T' %}x{% endnotice %}", ['role="alert"', ">T</p>", "tone-bad"]),
        ("{% notice %}x{% endnotice %}", ["tone-info"]),
        ("{% state 'loading' title='T' %}{% endstate %}", ['role="status"', "spin"]),
        ("{% state 'failed' title='T' %}{% endstate %}", ['role="alert"', "tone-bad"]),
        ("{% state title='T' icon='award' %}{% endstate %}", ["#award", '<div class="state">']),
        ("{% progress 'P' 3 7 %}", ['max="7" value="3"', "3 / 7"]),
        ("{% progress 'P' 0 0 %}", ['max="1" value="0"']),
        ("{% progress 'P' note='soon' %}", ['<progress max="100" aria-label="P">', "soon"]),
        ("{% steps 2 'A' 'B' 'C' %}", ['<li class="done">A', '<li aria-current="step">B', "<li>C"]),
        (
            "{% tabs label='L' %}{% tab 'A' '/a' current=True count=0 %}{% endtabs %}",
            ['aria-label="L"', ">0</span>"],
        ),
        ("{% tabs %}{% tab 'A' '/a' %}{% endtabs %}", ['<a href="/a">A</a>']),
        ("{% stat 'L' 5 %}", ['<div class="stat">', ">5</span>"]),
        ("{% stat 'L' 5 'hint' '/u' %}", ['<a class="stat" href="/u">', "hint"]),
        ("{% badge_tile 'N' %}", ["tile__blank", '<h3 class="tile__name">N</h3>']),
        (
            "{% badge_tile 'N' image='/i' url='/u' sub='S' status='revoked' heading=4 %}",
            ['src="/i"', '<a href="/u">N</a>', "tile--void", "<h4", "Revoked"],
        ),
        (
            "{% badge_hero 'T' image='/i' eyebrow='E' void=True %}x{% endbadge_hero %}",
            ["hero--void", "<h1", "E</p>"],
        ),
        ("{% badge_hero 'T' heading=2 %}x{% endbadge_hero %}", ["tile__blank", "<h2"]),
        ("{% verdict 'good' 'S' note='N' %}{% endverdict %}", ["badge-check", "N</p>"]),
        ("{% verdict 'warn' 'S' open=True %}x{% endverdict %}", ["<details open>", "triangle-alert"]),
        ("{% verdict 'bad' 'S' %}x{% endverdict %}", ["<details>", "circle-x"]),
        ("{% check 'not_checked' 'T' 'D' %}", ["Not checked", "tone-warn", '<span class="sub">D</span>']),
        ("{% copy_button text='abc' %}", ['data-copy="abc"', "needs-js"]),
        ("{% copyable 'abc' %}", ['<span class="mono">abc</span>']),
        ("{% pager newer='/n' %}", ['rel="prev"', 'href="/n"']),
        ("{% pager older='/o' note='50' %}", ['rel="next"', ">50</span>"]),
        ("{% pager %}", []),
        ("{% avatar 'Ada Lovelace' %}", [">AL</span>", 'aria-hidden="true"']),
        (
            "{% avatar 'ada@example.org' size='l' square=True %}",
            [">AE</span>", "avatar--l", "avatar--square"],
        ),
        ("{% avatar '(?)' %}", [">?</span>"]),
        ("{% avatar 'Ada' image='/a' %}", ['src="/a" alt=""']),
        ("{% row 'K' '' %}", ["<dd>–</dd>"]),
        ("{% row 'K' 0 %}", ["<dd>0</dd>"]),
        ("{% event 'E' tone='bad' %}x{% endevent %}", ['<li class="tone-bad">', "x"]),
        ("{% json_block '{\"a\": 1}' 'J' 'j' %}", ['id="j"', 'data-copy-from="j"', 'class="j-num">1<']),
        ("{{ 'success extra'|message_tone }}", ["good"]),
        ("{{ 'debug'|message_tone }}", ["info"]),
    ],
)
def test_a_component_says_what_it_was_given(source: str, expected: list[str]) -> None:
    html = render(source)
    assert [part for part in expected if part not in html] == []
    if not expected:
        assert html.strip() == ""


def test_every_text_that_a_component_gets_is_escaped() -> None:
    evil = "<img src=x onerror=alert(1)>"
    sources = """
        {% breadcrumbs x x x %}{% page_header x x %}{% status_chip x %}{% status_chip 'sent' label=x %}
        {% notice 'warn' title=x %}{% endnotice %}{% state title=x %}{% endstate %}{% progress x 1 2 x %}
        {% steps 1 x %}{% tabs label=x %}{% tab x x count=x %}{% endtabs %}{% stat x x x x %}
        {% badge_tile x image=x url=x sub=x status=x %}
        {% badge_hero x image=x eyebrow=x %}{% endbadge_hero %}
        {% verdict 'info' x note=x %}{% endverdict %}{% check x x x %}
        {% copy_button text=x source=x label=x %}{% copyable x %}{% pager newer=x older=x note=x %}
        {% filter_bar name=x placeholder=x target=x %}{% endfilter_bar %}
        {% avatar x image=x size=x %}{% avatar x %}{% row x x %}{% event x %}{% endevent %}
        {% json_block x x x %}{% sort_header x x %}{{ x|browser_name }}
    """
    assert "<img src=x" not in render(sources, x=evil)
    assert Page(render(sources, x=evil)).refused == []


def test_a_sorting_link_turns_round_and_forgets_the_place_in_the_list() -> None:
    def header(query: str) -> str:
        request = RequestFactory().get(f"/?{query}")
        return render("{% sort_header 'Name' 'name' number=True %}", request=request)

    assert 'href="?q=a&amp;sort=name"' in header("q=a&before=xyz")
    assert "aria-sort" not in header("sort=other")
    assert 'aria-sort="ascending"' in header("sort=name")
    assert 'href="?sort=-name"' in header("sort=name")
    assert 'aria-sort="descending"' in header("sort=-name")
    assert 'href="?sort=name"' in render("{% sort_header 'Name' 'name' %}")


def test_the_filter_bar_keeps_the_question_and_can_ask_while_the_person_types() -> None:
    request = RequestFactory().get("/?q=%22%3E")
    html = render("{% filter_bar target='#list' %}<b>more</b>{% endfilter_bar %}", request=request)
    assert 'value="&quot;&gt;"' in html
    assert 'hx-target="#list"' in html
    assert "<b>more</b>" in html
    assert "hx-" not in render("{% filter_bar %}{% endfilter_bar %}")


def test_dates_are_unambiguous_and_times_show_their_zone() -> None:
    instant = dt.datetime(2026, 3, 4, 5, 6, tzinfo=dt.UTC)
    assert render("{% when at %}", at=instant) == (
        '<time datetime="2026-03-04T05:06:00+00:00">4 Mar 2026, 05:06 UTC</time>'
    )
    assert render("{% day at %}", at=instant) == '<time datetime="2026-03-04">4 March 2026</time>'
    assert render("{% day at %}", at=dt.date(2026, 3, 4)) == '<time datetime="2026-03-04">4 March 2026</time>'
    assert render("{% when at %}{% day at %}", at=None) == "––"
    assert "4 Mar 2026" in render("{% event 'E' at %}{% endevent %}", at=instant)


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge, Windows",
        ),
        (
            "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
            "Chrome, Android",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/26.0 Safari/605.1", "Safari, macOS"),
        ("curl/8.9", "curl/8.9"),
        ("", "Unknown"),
    ],
)
def test_a_session_is_named_by_browser_and_system(header: str, name: str) -> None:
    assert render("{{ header|browser_name }}", header=header) == name


# JSON


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


class Text(HTMLParser):
    """The text of a fragment, and the names of its elements."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.tags = "", set[str]()
        self.feed(html)
        self.close()

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.add(tag)


@given(JSON)
def test_coloured_json_reads_as_the_same_json(value: Any) -> None:
    import json

    shown = Text(highlight(value))
    expected = value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
    assert shown.text == expected
    assert shown.tags <= {"span"}


def test_signed_bytes_are_shown_as_they_are() -> None:
    raw = b'{"b":1,  "a":"<\xc3\xa9>"}'
    assert Text(highlight(raw)).text == raw.decode()
    assert "�" in highlight(b'"\xff"')


# Colours


def test_contrast_is_that_of_wcag() -> None:
    """WCAG 2.2: "Contrast ratios can range from 1 to 21"."""
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((18, 52, 86), (18, 52, 86)) == 1
    assert contrast((0x76, 0x76, 0x76), (255, 255, 255)) == pytest.approx(4.54, abs=0.01)


@given(COLOURS)
def test_any_accent_is_legible_on_buttons_and_as_text(colour: tuple[int, int, int]) -> None:
    """WCAG 2.2, 1.4.3: "a contrast ratio of at least 4.5:1"."""
    css = stylesheet(colour)
    fill, on_fill, light, dark = (parse_colour(text) for text in re.findall(r"#[0-9a-f]{6}", css))
    assert contrast(fill, on_fill) >= 4.5
    assert contrast(light, parse_colour("#faf8f5")) >= 4.5
    assert contrast(dark, parse_colour("#201d1a")) >= 4.5


@pytest.mark.parametrize(
    "text", ["", "fff", "#12345g", "3547c8ff", "3547c8;}body{", "３５４７c8", "\n3547c8"]
)
def test_what_is_not_a_colour_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="six hexadecimal digits"):
        parse_colour(text)
    with pytest.raises(Http404):
        look.accent(RequestFactory().get("/"), text)
    with HERE:
        assert render("{% accent_url x %}", x=text) == ""


def test_an_accent_is_a_stylesheet_that_may_be_kept_for_ever() -> None:
    answer = look.accent(RequestFactory().get("/"), "0F8A5F")
    assert answer["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in answer["Cache-Control"]
    assert answer.content.startswith(b":root{--brand:#")


@HERE
def test_the_organisation_brings_its_colour_to_the_page() -> None:
    class Tenant:
        name, accent = "Nordhaven", "#0f8a5f"

    page = render_to_string(
        "kit/console.html", {"organisation": Tenant, "nav": [("S", [("L", "/l", "award", True)])]}
    )
    assert '<link rel="stylesheet" href="/theme/0f8a5f.css">' in page
    assert '<a href="/l" aria-current="page">' in page
    assert "theme/" not in render_to_string("kit/public.html", {}).split("</head>")[0]


# Light and dark


@HERE
def test_the_choice_of_colours_is_kept_and_stays_on_this_site(client: Any) -> None:
    answer = client.post("/theme/", {"theme": "dark", "next": "/design/?q=1"})
    assert answer["Location"] == "/design/?q=1"
    assert answer.cookies["theme"]["httponly"]
    assert ' data-theme="dark">' in client.get("/design/").content.decode()
    back = client.post("/theme/", {"theme": "auto", "next": "//evil.example/"})
    assert back["Location"] == "/"
    assert "data-theme" not in client.get("/design/").content.decode()


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x", ""]
)
@HERE
def test_nobody_is_sent_to_another_site(client: Any, target: str) -> None:
    assert client.post("/theme/", {"theme": "light", "next": target})["Location"] == "/"


@HERE
def test_a_foreign_cookie_changes_nothing(client: Any) -> None:
    client.cookies["theme"] = '"><script>'
    assert "data-theme" not in client.get("/design/").content.decode()
    assert client.get("/theme/").status_code == 405


@pytest.mark.parametrize("code", [400, 403, 404, 429, 500])
def test_an_error_page_says_what_happened_and_where_to_go(code: int) -> None:
    page = render_to_string(f"kit/{code}.html", {})
    assert f"Error {code}" in page
    assert 'href="/"' in page
    assert Page(page).refused == []


def test_a_refusal_gives_its_own_reason() -> None:
    page = render_to_string("kit/403.html", {"sentence": "Only an <owner> may."})
    assert "Only an &lt;owner&gt; may." in page


def test_a_destructive_act_names_what_it_will_do_and_how_to_undo_it() -> None:
    context = {
        "title": "Revoke?",
        "consequences": ["Verifiers <will> say so."],
        "undo": "Award again.",
        "cancel_url": "/c",
    }
    page = render_to_string("kit/confirm.html", context)
    for part in (
        "<h1>Revoke?</h1>",
        "Verifiers &lt;will&gt; say so.",
        "Award again.",
        'href="/c"',
        "btn--danger",
    ):
        assert part in page
    assert "This cannot be undone." in render_to_string("kit/confirm.html", {"title": "x"})

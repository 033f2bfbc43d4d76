"""The design system: components, the form renderer, colours, and the views beside them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.template.loader import get_template
from django.test import RequestFactory
from look_rendering import HERE, Page

from insignia_server.kit import look
from insignia_server.kit.forms_renderer import Renderer
from insignia_server.kit.statuses import all_statuses, status

STATIC = Path(look.__file__).parent / "static" / "kit"
TEMPLATES = Path(look.__file__).parent / "templates"
PEOPLE_TEMPLATES = Path(look.__file__).parent.parent / "people" / "templates"


@pytest.fixture(autouse=True)
def collected_files(settings: Any) -> None:
    """WhiteNoise warns when the folder of collected files is missing; a server has it."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


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
    assert len(css.encode()) < 41_000
    assert re.findall(r"url\((?!\./fonts/)", css) == []
    assert "@import" not in css
    for name in re.findall(r"url\(\./(fonts/[^)\"']+)", css):
        assert (STATIC / name).is_file()


def test_a_long_address_breaks_where_a_grid_would_grow_with_it() -> None:
    """What could not be fetched, and an issuer's DID, are one word; on a phone they push the page aside."""
    css = (STATIC / "kit.css").read_text("utf-8")
    for rule in (r"\.state\{display:grid[^}]*", r"\.checks \.sub\{[^}]*"):
        found = re.search(rule, css)
        assert found, rule
        assert "overflow-wrap:anywhere" in found[0], rule


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
    told = re.findall(r'data-(?:text|over)="([^"]+)"', html)
    assert [text % 1 for text in told] == ["Characters left: 1", "Characters too many: 1"]


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

"""Every kind of message: complete, safe, readable without pictures, in every script."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import lxml.html
import pytest
from django.template import engines
from hypothesis import given
from hypothesis import strategies as st

from insignia_server.kit.errors import Refused
from insignia_server.mail import branding, placeholders, texts
from insignia_server.mail.branding import Branding
from insignia_server.mail.compose import Composed, OwnText, compose, known_words
from insignia_server.mail.kinds import KINDS, check_context
from insignia_server.mail.words import one_line

LOOK = Branding(
    "Nordhaven University", accent="#0b6e4f", url="https://nordhaven.example", imprint="12 Harbour Street"
)
INVALID = "!!missing %s!!"


@pytest.fixture
def _complain_of_missing_variables() -> Iterator[None]:
    engine: Any = engines["django"]
    before, engine.engine.string_if_invalid = engine.engine.string_if_invalid, INVALID
    yield
    engine.engine.string_if_invalid = before


def parsed(html: str) -> Any:
    """The page, to be asked with XPath."""
    return lxml.html.document_fromstring(html)


def example(kind: str, **more: Any) -> dict[str, Any]:
    values = {name: texts._example(value) for name, value in KINDS[kind].example.items()}
    return values | more


def made(kind: str, *, name: str = "Amara Okafor", own: OwnText | None = None, **more: Any) -> Composed:
    return compose(kind, context=example(kind, **more), language="en", branding=LOOK, name=name, own=own)


@pytest.mark.usefixtures("_complain_of_missing_variables")
@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_kind_composes_whole_in_text_and_html(kind: str, language: str) -> None:
    mail = compose(kind, context=example(kind), language=language, branding=LOOK, name="Amara Okafor")
    for part in (mail.subject, mail.text, mail.html):
        assert "!!missing" not in part
        assert "{{" not in part
        assert "{%" not in part
    assert 5 < len(mail.subject) < 120
    assert "\n" not in mail.subject
    page = parsed(mail.html)
    assert page.get("lang") == language
    assert page.get("dir") == "ltr"
    assert not page.xpath("//script|//iframe|//form|//object|//*[@onclick or @onload or @onerror]")
    assert not page.xpath("//link"), "a mail fetches no style sheet"
    links = [*page.xpath("//@href"), *page.xpath("//@src")]
    assert links
    assert all(re.match(r"https://[^/]+", link) for link in links), links
    assert len(page.xpath("//a[@class='button']")) <= 1, "one clear button"
    assert len(page.xpath("//h1")) == 1
    assert all(image.get("alt") for image in page.xpath("//img"))
    assert all(table.get("role") == "presentation" for table in page.xpath("//table"))
    assert page.xpath("//p[@style or @class]"), "styles stand in the elements"
    assert "prefers-color-scheme:dark" in mail.html.replace(": ", ":")
    assert example(kind)["url"] in mail.text, "the text form has the address of the button"
    assert "Nordhaven University" in mail.text, "the footer says who sent it"


@pytest.mark.usefixtures("_complain_of_missing_variables")
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_kind_composes_with_only_what_it_needs(kind: str) -> None:
    values = {name: example(kind)[name] for name in KINDS[kind].needs}
    mail = compose(kind, context=values, language="en", branding=Branding("Nordhaven"), name="")
    assert "!!missing" not in mail.text + mail.html + mail.subject
    assert "Hello" not in mail.text


def test_a_name_is_not_greeted_before_its_address_is_proved() -> None:
    """Whoever types a stranger's address must not be able to send that stranger words of their own."""
    mail = made("claim_confirm", name="Win at https://evil.example")
    assert "evil.example" not in mail.text + mail.html
    assert "name" not in known_words("claim_confirm")
    assert "name" in known_words("claim_approved")


def test_what_was_typed_is_shown_and_never_markup() -> None:
    mail = made("award_revoked", reason='<img src=x onerror="alert(1)">\n& so on', name="<b>Ann</b>")
    assert "<img src=x" not in mail.html
    assert "&lt;b&gt;Ann&lt;/b&gt;" in mail.html
    assert "<br>" in mail.html
    assert "<b>Ann</b>" in mail.text, "plain text needs no escaping"


@pytest.mark.parametrize(
    "name",
    [
        "سارة الخطيب",
        "שרה לוי",
        "山田 太郎",
        "김민지",
        "Zoë Ångström-Müller",
        "Ọlá Adébáyọ̀",
        "Ann 👩🏽‍🔬 Lee",
        "Nguyễn Thị Ánh",
    ],
)
def test_names_in_every_script_come_through(name: str) -> None:
    mail = made("award", name=name)
    assert name in mail.text
    assert name in mail.html


def test_a_name_from_right_to_left_does_not_turn_the_line_around_it() -> None:
    """UAX #9, 2.4.2: 'First Strong Isolate … Pop Directional Isolate'."""
    assert "\u2068سارة\u2069," in made("award", name="سارة").text
    assert "\u2068" not in made("award", name="Ann").text


def test_direction_overrides_and_line_breaks_do_not_survive() -> None:
    mail = made("award", achievement="A\u202eB\r\nBcc: all@example.org\u2028C", name="x\u2066y\x00z")
    assert mail.subject == "You earned “AB Bcc: all@example.org C”"
    assert not re.search("[\u202e\u2028\x00\r]", mail.text + mail.html)


@given(st.text(max_size=500))
def test_one_line_is_one_line(text: str) -> None:
    line = one_line(text, limit=80)
    assert len(line) <= 80
    assert len(line.splitlines()) <= 1
    assert line == line.strip()
    assert one_line(line, limit=80) == line


def test_a_context_that_does_not_fit_says_what_is_wrong() -> None:
    with pytest.raises(ValueError, match=r"lacks issuer, url and has grade.*needs achievement, issuer, url"):
        check_context("award", {"achievement": "A", "grade": 1})
    with pytest.raises(LookupError, match="no kind of message 'awards'; there are award,"):
        check_context("awards", {})
    with pytest.raises(ValueError, match="url of a message 'award' must begin with https://"):
        made("award", url="javascript:alert(1)")
    with pytest.raises(ValueError, match="reason is a dict"):
        made("award_revoked", reason={"a": 1})


def test_numbers_lists_dates_and_nothing_are_values_too() -> None:
    mail = made("invitation", roles=("Author",), expires=dt.date(2026, 12, 10), inviter=None)
    assert "Your role will be: Author." in mail.text
    assert "You are invited to join" in mail.text
    assert "2026" in mail.text
    assert "4 rows could not be awarded" in made("batch_finished").text
    assert "to 1,236 people" in made("batch_finished").text
    assert "could not" not in made("batch_finished", refused=0, signed=1).text


def test_a_language_that_is_not_spoken_becomes_the_nearest_one() -> None:
    page = parsed(compose("award", context=example("award"), language="de-AT", branding=LOOK).html)
    assert page.get("lang") == "de"
    page = parsed(compose("award", context=example("award"), language="xx", branding=LOOK).html)
    assert page.get("lang") == "en"


def test_sad_news_has_no_picture_and_good_news_has_one() -> None:
    assert "<img" in made("award").html
    assert "<img" not in made("award_revoked").html
    assert "<img" not in made("award", picture="").html


@pytest.mark.parametrize(
    ("colour", "used", "on"),
    [
        ("#0b6e4f", "#0b6e4f", "#ffffff"),
        ("#FFD54A", "#ffd54a", "#221e1a"),
        ("red;}</style><script>", branding.ACCENT, "#ffffff"),
        ("", branding.ACCENT, "#ffffff"),
    ],
)
def test_the_colour_of_an_organisation_is_a_colour_and_can_be_read(colour: str, used: str, on: str) -> None:
    look = Branding("N", accent=colour)
    assert (look.colour, look.on_colour) == (used, on)
    assert "<script" not in compose("award", context=example("award"), language="en", branding=look).html


def test_a_logo_stands_instead_of_the_name() -> None:
    look = Branding("Nordhaven", logo="https://badges.example.test/logo.png")
    mail = compose("award", context=example("award"), language="en", branding=look).html
    assert parsed(mail).xpath("//td[contains(@style, '600')]//img/@alt")[0] == "Nordhaven"
    dark = mail.partition("prefers-color-scheme")[2]
    assert re.search(r"\.brand img\s*{\s*background-color:\s*#ffffff", dark), "a dark logo on a plate"


# Own texts


def test_own_texts_stand_instead_of_the_standard_ones() -> None:
    own = OwnText(
        "{name}, look: {achievement}",
        "**Well done**, {name}!\n\nSee [our site](https://nordhaven.example/a).",
    )
    mail = made("award", own=own, name="Ann <Lee>")
    assert mail.subject == "Ann <Lee>, look: Data Analysis with Python"
    assert "<strong" in mail.html
    assert "Ann &lt;Lee&gt;!" in mail.html
    assert 'href="https://nordhaven.example/a"' in mail.html
    assert "Well done, Ann <Lee>!\n\nSee our site (https://nordhaven.example/a)." in mail.text
    assert mail.text.startswith("Ann <Lee>, look: Data Analysis"), "the heading follows the own subject"
    assert "<h1" in mail.html
    assert re.search(r"<h1[^>]*>Ann &lt;Lee&gt;, look: Data Analysis", mail.html)
    assert "It is signed" not in mail.text + mail.html


@pytest.mark.parametrize(
    "value", ["**bold**", "[x](https://evil.example)", "<script>1</script>", "{issuer}", "zqvalueabqz"]
)
def test_a_value_is_neither_markdown_nor_html_nor_a_placeholder(value: str) -> None:
    mail = made("award", own=OwnText(intro="Hi {name}, from {issuer}"), name=value)
    page = parsed(mail.html)
    assert value in page.text_content()
    assert not page.xpath("//script|//strong|//a[contains(@href,'evil')]")


def test_an_unknown_placeholder_is_refused_with_the_known_ones() -> None:
    with pytest.raises(Refused) as caught:
        texts.check("award", subject="Hi {nmae}", intro="{grade} and {name")
    assert [(one.field, one.code, one.got) for one in caught.value.refusals] == [
        ("subject", "placeholder", "{nmae}"),
        ("intro", "placeholder", "{grade}"),
        ("intro", "brace", "{"),
    ]
    first = caught.value.refusals[0]
    assert (
        first.message
        == "There is no placeholder {nmae} here. Known are: {name}, {achievement}, {issuer}, {note}."
    )
    assert first.expected == "{name}, {achievement}, {issuer}, {note}"


def test_braces_can_be_written() -> None:
    assert texts.check("award", subject="{{name}} is {name}", intro="").subject == "{{name}} is {name}"
    assert placeholders.fill("{{name}} is {name}", {"name": "Ann"}) == "{name} is Ann"


@pytest.mark.parametrize(
    "link", ["[a](/here)", "[a]({name})", "[a](https://x.example/{name})", "[a](//x.example)"]
)
def test_a_link_must_be_whole_and_the_same_for_everyone(link: str) -> None:
    with pytest.raises(Refused, match="must be a whole one") as caught:
        texts.check("award", subject="", intro=f"See {link}")
    assert caught.value.refusals[0].field == "intro"
    assert caught.value.refusals[0].got == link[4:-1]


def test_whole_links_are_taken() -> None:
    intro = "[a](https://x.example/{{b}}) or [write](mailto:ann@x.example)"
    assert texts.check("award", subject="", intro=intro).intro == intro


def test_texts_that_are_too_long_or_not_allowed_are_refused() -> None:
    with pytest.raises(Refused, match="At most 200 characters; there are 201"):
        texts.check("award", subject="x" * 201, intro="")
    with pytest.raises(Refused, match="no text of your own"):
        texts.check("webhook_failing", subject="x", intro="")
    with pytest.raises(LookupError):
        texts.check("nothing", subject="x", intro="")


@given(st.text(alphabet=st.sampled_from("ab{}nme *[]()<>&\n"), max_size=60))
def test_any_text_that_passes_the_check_can_be_filled(text: str) -> None:
    try:
        own = texts.check("award", subject="", intro=text)
    except Refused:
        return
    mail = made("award", own=own)
    page = parsed(mail.html)
    assert all(re.match(r"https://|mailto:", link) for link in page.xpath("//@href"))


@given(st.dictionaries(st.sampled_from(known_words("award")), st.text(max_size=20)), st.text(max_size=60))
def test_filling_changes_nothing_but_placeholders_and_double_braces(
    values: dict[str, str], text: str
) -> None:
    plain = text.replace("{", "").replace("}", "")
    assert placeholders.fill(plain, values) == plain
    for word, value in values.items():
        assert placeholders.fill(f"a{{{word}}}b", values) == f"a{value}b"

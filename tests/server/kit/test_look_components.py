"""The components of pages: each says what it was given, escaped."""

from __future__ import annotations

import datetime as dt
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from look_rendering import Page, render

from insignia_server.kit.json_markup import highlight


@pytest.fixture(autouse=True)
def collected_files(settings: Any) -> None:
    """WhiteNoise warns when the folder of collected files is missing; a server has it."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


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
        (
            "{% breadcrumbs 'A' '/a' 'B' %}",
            ['<a href="/a"><bdi>A</bdi></a>', '<span aria-current="page"><bdi>B</bdi></span>'],
        ),
        (
            "{% page_header 'B' 'lead' 'A' '/a' 'B' %}",
            ['<a href="/a"><bdi>A</bdi></a>', "<h1><bdi>B</bdi></h1>", "<p><bdi>lead</bdi></p>"],
        ),
        ("{% page_header 'B' %}", ["<h1><bdi>B</bdi></h1>"]),
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
        ("{% badge_tile 'N' %}", ["tile__blank", '<h3 class="tile__name"><bdi>N</bdi></h3>']),
        (
            "{% badge_tile 'N' image='/i' url='/u' sub='S' status='revoked' heading=4 %}",
            ['src="/i"', '<a href="/u"><bdi>N</bdi></a>', "tile--void", "<h4", "Revoked"],
        ),
        (
            "{% badge_hero 'T' image='/i' eyebrow='E' void=True %}x{% endbadge_hero %}",
            ["hero--void", "<h1", "<bdi>E</bdi></p>"],
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

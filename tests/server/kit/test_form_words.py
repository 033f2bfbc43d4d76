"""An empty field says what it needs, an empty choice what it means: one mechanism, when it is shown."""

from __future__ import annotations

import re

import pytest
from django import forms
from django.template import engines
from django.test import Client


class Everything(forms.Form):
    """A field of each kind, none with words of its own but the last."""

    title = forms.CharField(label="Title:")
    proof = forms.FileField(label="Proof")
    level = forms.ChoiceField(label="Level", choices=[("", "---------"), ("1", "One")])
    colour = forms.ChoiceField(label="Colour", choices=[("r", "Red")], widget=forms.RadioSelect)
    roles = forms.MultipleChoiceField(
        label="Roles", choices=[("a", "A")], widget=forms.CheckboxSelectMultiple
    )
    agreed = forms.BooleanField(label="Agreed")
    end = forms.ChoiceField(label="End", required=False, choices=[("", "---------"), ("1", "One")])
    own = forms.ChoiceField(label="Own", required=False, choices=[("", "No expiry"), ("1", "One")])
    name = forms.CharField(label="Name", error_messages={"required": "Give the achievement a name."})


def shown(form: forms.Form) -> str:
    return str(engines["django"].from_string("{{ form }}").render({"form": form}))


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("title", "Fill in “Title”."),
        ("proof", "Choose a file first."),
        ("level", "Choose an answer: “Level”."),
        ("colour", "Choose an answer: “Colour”."),
        ("roles", "Tick at least one: “Roles”."),
        ("agreed", "Tick “Agreed” to go on."),
        ("name", "Give the achievement a name."),
    ],
)
def test_an_empty_field_says_what_to_do_above_the_form_and_beside_it(field: str, words: str) -> None:
    form = Everything({})
    page = shown(form)
    beside = re.search(rf'<ul class="errors" id="id_{field}_error">.*?</ul>', page, re.DOTALL)
    assert beside is not None
    assert words in beside[0]
    assert f": {words}</a>" in page
    assert "This field is required" not in page


def test_an_empty_choice_says_what_it_means() -> None:
    page = shown(Everything())
    assert "---------" not in page
    for name, words in (("level", "Choose…"), ("end", "None"), ("own", "No expiry")):
        select = re.search(rf'<select name="{name}".*?</select>', page, re.DOTALL)
        assert select is not None
        assert f">{words}</option>" in select[0]


def test_other_errors_are_as_they_were() -> None:
    form = Everything({"level": "9"})
    assert "9 is not one of the available choices" in shown(form)


@pytest.mark.django_db
def test_the_sign_in_page_of_allauth_speaks_so_too(client: Client) -> None:
    page = client.post("/accounts/login/", {"login": "", "password": ""}).content.decode()
    assert "This field is required" not in page
    assert "Fill in “Password”." in page

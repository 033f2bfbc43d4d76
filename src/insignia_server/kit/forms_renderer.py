from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest

from insignia_server.kit.form_words import meaningful


class Renderer(DjangoTemplates):
    """FORM_RENDERER: `{{ form }}` and `{{ field.as_field_group }}` come out as the components of the kit."""

    form_template_name = "kit/forms/form.html"
    formset_template_name = "kit/forms/formset.html"
    field_template_name = "kit/forms/field.html"

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        """As Django does; an empty choice says what it means."""
        if "widget" in context:
            meaningful(context["widget"])
        return super().render(template_name, context, request)

from django.forms.renderers import DjangoTemplates


class Renderer(DjangoTemplates):
    """FORM_RENDERER: `{{ form }}` and `{{ field.as_field_group }}` come out as the components of the kit."""

    form_template_name = "kit/forms/form.html"
    formset_template_name = "kit/forms/formset.html"
    field_template_name = "kit/forms/field.html"

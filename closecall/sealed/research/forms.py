"""What opens a study."""

from django import forms

_PLAIN = {"autocomplete": "off"}


class OpenForm(forms.Form):
    """A question, and the search whose reports are asked."""

    question = forms.CharField(
        label="Question",
        help_text="What do you want to know of these reports?",
        max_length=400,
        widget=forms.TextInput(attrs=_PLAIN),
        error_messages={"required": "Write down the question."},
    )
    title = forms.CharField(
        label="Title",
        help_text="For now; change it once you know what was found",
        max_length=160,
        widget=forms.TextInput(attrs=_PLAIN),
        error_messages={"required": "Give the study a title."},
    )
    query = forms.CharField(
        label="Which reports",
        help_text="A search's address from the library, such as ?event=ambush, or words",
        max_length=2000,
        widget=forms.TextInput(attrs={**_PLAIN, "class": "mono", "spellcheck": "false"}),
        error_messages={"required": "Say which reports."},
    )
    address = forms.CharField(
        label="Address, optional",
        help_text="Small letters, digits and hyphens; made of the title if you leave it",
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={**_PLAIN, "spellcheck": "false"}),
    )

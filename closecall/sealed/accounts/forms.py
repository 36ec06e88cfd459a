"""What people type at the desk's doors."""

from typing import Any

from django import forms

from closecall.sealed.accounts.rules.names import NAME_LENGTH
from closecall.sealed.accounts.rules.roles import Role

ROLE_LABELS = {
    Role.SCREENER: "Screener: reads waiting reports and screens them",
    Role.ANALYST: "Analyst: also removes names, codes, talks with reporters, proposes",
    Role.APPROVER: "Approver: also second-reads, signs, releases, holds",
    Role.EDITOR: "Editor: bulletins, studies, issues; never opens a report",
    Role.ADMINISTRATOR: "Administrator: accounts only; never opens a report",
}
_PLAIN = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


def _text(label: str, *, help_text: str = "", length: int = 400, **attributes: str) -> forms.CharField:
    widget = forms.TextInput(attrs={**_PLAIN, **attributes})
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=length,
        widget=widget,
        error_messages={"required": "Fill this in."},
    )


def passphrase_field(label: str = "Passphrase", help_text: str = "") -> forms.CharField:
    """Give a field for seven words that no browser shows, stores or sends to a spelling service."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=400,
        widget=forms.PasswordInput(attrs={**_PLAIN, "autocomplete": "current-password"}),
        error_messages={"required": "Type your passphrase."},
    )


class CodeInput(forms.TextInput):
    """A field for six digits that comes back empty: they are used up or wrong."""

    def format_value(self, value: Any) -> str | None:
        """Show nothing."""
        return None


def _code_field() -> forms.CharField:
    attributes = {**_PLAIN, "inputmode": "numeric", "autocomplete": "one-time-code"}
    return forms.CharField(
        label="Six-digit code",
        help_text="From your authenticator app; each code works once",
        max_length=12,
        widget=CodeInput(attrs=attributes),
        error_messages={"required": "Type the six digits."},
    )


class Form(forms.Form):
    """A form whose labels end without a colon."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class SignInForm(Form):
    """Name, passphrase, second factor: all three or nothing."""

    name = _text("Name", length=NAME_LENGTH, autocomplete="username")
    passphrase = passphrase_field(help_text="Seven words; the first three letters of each are enough")
    code = _code_field()


class InvitationForm(Form):
    """What an administrator handed over."""

    name = _text("Name", help_text="As your administrator wrote it", length=NAME_LENGTH)
    invitation = _text("Invitation", help_text="Seven words; they work once")


class KeysForm(Form):
    """The passphrase and a code, typed back before keys are made."""

    offer = forms.CharField(widget=forms.HiddenInput)
    passphrase = _text("Type the seven words back", help_text="From your paper, not from the screen")
    code = _code_field()


class AccountForm(Form):
    """A new account."""

    name = _text("Name", help_text="Colleagues see it; readers never do", length=NAME_LENGTH)
    role = forms.ChoiceField(
        label="Role",
        choices=[(role.value, label) for role, label in ROLE_LABELS.items()],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a role."},
    )
    passphrase = passphrase_field("Your passphrase")


class RoleForm(Form):
    """Another role for somebody."""

    role = forms.ChoiceField(
        label="Role",
        choices=[(role.value, label) for role, label in ROLE_LABELS.items()],
        widget=forms.RadioSelect,
    )
    passphrase = passphrase_field("Your passphrase")


class AgainForm(Form):
    """The passphrase again, for what can't be undone."""

    passphrase = passphrase_field("Your passphrase")

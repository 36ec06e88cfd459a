"""A browser without JavaScript, small enough to read; the address and the name it sends must vanish."""

import contextlib
import http.client
import re
import time
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlencode

import pyotp

from closecall.sealed.intake.rules import questions
from tests.journeys.serving import Instance, Person

ADDRESS = "203.0.113.77"
AGENT = "Mozilla/5.0 (Marked-Canary-Browser 4711)"


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The page, entities read."""
        return unescape(self.body.decode())

    def hidden(self, name: str) -> str:
        """A hidden field's value."""
        found = re.search(rf'name="{name}" value="([^"]*)"', self.body.decode())
        assert found is not None, f"no field {name} in:\n{self.text[:3000]}"
        return unescape(found[1])


@dataclass
class Visitor:
    """One person's browser on one site."""

    site: str
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Answer:
        """Read a page; redirects are followed."""
        return self._ask("GET", path, None)

    def post(self, path: str, fields: dict[str, object]) -> Answer:
        """Send a form; redirects are followed."""
        pairs = [
            (key, one)
            for key, value in fields.items()
            for one in (value if isinstance(value, list) else [value])
        ]
        return self._ask("POST", path, urlencode(pairs).encode())

    def _ask(self, verb: str, path: str, body: bytes | None) -> Answer:
        connection = http.client.HTTPConnection(self.site, timeout=60)
        headers = {
            "Host": self.site,
            "User-Agent": AGENT,
            "X-Forwarded-For": ADDRESS,
            "X-Real-IP": ADDRESS,
            "Forwarded": f"for={ADDRESS}",
            "Origin": f"http://{self.site}",
            "Sec-Fetch-Site": "same-origin",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            # A server that refuses by the declared length answers before everything is sent.
            connection.request(verb, path, body, headers)
        raw = connection.getresponse()
        answer = Answer(raw.status, {key.lower(): value for key, value in raw.getheaders()}, raw.read())
        for line in raw.headers.get_all("Set-Cookie") or ():
            name, _, value = line.split(";")[0].partition("=")
            if value and "max-age=0" not in line.lower():
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        connection.close()
        if answer.status in {301, 302, 303}:
            return self._ask("GET", answer.headers["location"].removeprefix(f"http://{self.site}"), None)
        return answer


def share_all(site: str, narratives: list[str]) -> None:
    """Share several, each from a browser of its own, opened at one time."""
    reporters = [Visitor(site) for _ in narratives]
    forms = [reporter.get("/share/") for reporter in reporters]
    time.sleep(6.2)  # nobody writes faster
    for reporter, form, narrative in zip(reporters, forms, narratives, strict=True):
        answer, _form = share(reporter, narrative, ready=form)
        words_of(answer)


def share(
    reporter: Visitor, narrative: str, *, ready: Answer | None = None, **more: object
) -> tuple[Answer, dict[str, object]]:
    """Share without JavaScript: write, answer the plain question, send. Gives the page and what was posted.

    ready: a form that was opened at least six seconds ago.
    """
    page = ready or reporter.get("/share/")
    question = next(one for one in questions.QUESTIONS if one.text in page.text)
    form = {
        "narrative": narrative,
        "step": "send",
        "token": page.hidden("token"),
        "at": page.hidden("at"),
        "proof": "",
        "answer": next(iter(question.answers)),
        **more,
    }
    if ready is None:
        time.sleep(6.2)  # nobody writes faster
    return reporter.post("/share/", form), form


def words_of(page: Answer) -> str:
    """The claim code that a page shows."""
    found = re.search(r'data-words="([^"]+)"', page.body.decode())
    assert found is not None, page.text[:3000]
    return found[1]


def return_with(reporter: Visitor, code: str) -> Answer:
    """Open the mailbox."""
    page = reporter.get("/return/")
    return reporter.post("/return/", {"code": code, "token": page.hidden("token")})


def mailbox_step(reporter: Visitor, page: Answer, step: str, **more: object) -> Answer:
    """Press a button in the mailbox."""
    form = {name: page.hidden(name) for name in ("token", "code", "once")}
    return reporter.post("/return/", {**form, "step": step, **more})


def sign_in(instance: Instance, person: Person) -> Visitor:
    """Sign in, or go on where this person has: a one-time code works once, and the next takes half a minute."""
    known = Visitor(instance.desk, instance.sessions.setdefault(person.name, {}))
    if "/sign-out/" not in known.get("/queue/").text:
        known.cookies.clear()
        known.cookies.update(_signed_in(instance.desk, person).cookies)
    return known


def _signed_in(desk: str, person: Person) -> Visitor:
    analyst = Visitor(desk)
    for _attempt in range(3):
        page = analyst.get("/sign-in/")
        names = re.findall(r'<input[^>]*name="([^"]+)"', page.body.decode())
        code = next(name for name in names if "code" in name)
        form = {
            "csrfmiddlewaretoken": page.hidden("csrfmiddlewaretoken"),
            "name": person.name,
            "passphrase": person.passphrase,
            code: pyotp.TOTP(person.totp_secret).now(),
        }
        answer = analyst.post("/sign-in/", form)
        if answer.status == 200 and "Queue" in answer.text and "/sign-out/" in answer.text:
            return analyst
        time.sleep(31 - time.time() % 30)
    raise AssertionError(answer.text[:3000])


def submit(analyst: Visitor, path: str, fields: dict[str, object], *, at: str = "") -> Answer:
    """Open a page of the desk and send a form that it shows."""
    return press(analyst, analyst.get(at or path), path, fields)


def press(analyst: Visitor, shown: Answer, path: str, fields: dict[str, object]) -> Answer:
    """Send a form of a page that is open: with its token, and the version that it shows."""
    found = re.search(r'name="version" value="(\d+)"', shown.body.decode())
    form: dict[str, object] = {"csrfmiddlewaretoken": shown.hidden("csrfmiddlewaretoken"), **fields}
    if found is not None:
        form.setdefault("version", found[1])
    return analyst.post(path, form)

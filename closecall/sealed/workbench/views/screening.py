"""The triage page: read the report, say what it is, see the other view once both are in."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from closecall.errors import BadInput, Gone
from closecall.public.library.rules.report import is_public_id
from closecall.public.taxonomy import queries as taxonomy
from closecall.sealed.accounts.guard import desk_of, signed_in
from closecall.sealed.workbench import actions, forms, queries
from closecall.sealed.workbench.rules.redaction import story
from closecall.sealed.workbench.views.page import case_page, gone, head_of
from closecall.site.http.acting import answer


@require_http_methods(["GET", "POST"])
@signed_in("screen")
def triage(request: HttpRequest, public_id: str) -> HttpResponse:
    """Screen a report, or resolve two views that differ."""
    desk = desk_of(request)

    def draw(fault: str = "", status: int = 200) -> HttpResponse:
        case = head_of(public_id)
        pack = taxonomy.pack()
        try:
            sent = queries.original(case, desk)
            state = queries.screening(case, desk)
        except Gone as refused:
            return case_page(request, "workbench/triage.html", case, desk, {"gone": gone(refused)})
        labels = {code.key: code.label for code in pack.facet(pack.release.group_by).choices}
        context = {
            "paragraphs": story(sent).split("\n"),
            "details": _details(sent.details),
            "kinds": _kinds(sent.kinds),
            "use": sent.use,
            "state": state,
            "views": [(by, view, labels.get(view.category, "")) for by, view in state.views],
            "categories": sorted(labels.items(), key=lambda pair: pair[1]),
            "typed": request.POST,
            "same": same if is_public_id(same := request.GET.get("same", "")) else "",
        }
        return case_page(request, "workbench/triage.html", case, desk, context, fault=fault, status=status)

    if request.method != "POST":
        return draw()
    typed = request.POST
    act = typed.get("act", "")

    def screened() -> None:
        if act == "screen":
            actions.screen(public_id, forms.screening(typed), by=desk)
        elif act == "resolve":
            actions.resolve(
                public_id,
                forms.verdict(typed),
                duplicate_of=typed.get("duplicate_of", "").strip().upper(),
                by=desk,
            )
        else:
            raise BadInput("That form is broken. Reload the page.")

    return answer(request, screened, draw, to=reverse("workbench-triage", args=[public_id]))


def _kinds(keys: tuple[str, ...]) -> list[str]:
    form = taxonomy.pack().form
    labels = {choice.key: choice.label for choice in form.kinds} if form else {}
    return [labels.get(key, key) for key in keys]


def _details(details: object) -> list[tuple[str, str]]:
    form = taxonomy.pack().form
    if form is None or not hasattr(details, "items"):
        return []
    texts = {question.key: question for question in form.details}
    found = []
    for key, value in details.items():
        question = texts.get(key)
        labels = {choice.key: choice.label for choice in question.choices} if question else {}
        found.append((question.text if question else key, labels.get(value, value)))
    return found

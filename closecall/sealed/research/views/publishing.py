"""The last page: title and notes, what would be published, and the public page's fate."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from closecall.errors import BadInput
from closecall.sealed.accounts import queries as accounts
from closecall.sealed.accounts.guard import desk_of, signed_in
from closecall.sealed.accounts.rules.desk import Desk
from closecall.sealed.research import actions, queries
from closecall.sealed.research.queries import Pages
from closecall.sealed.research.rules.stages import Stage
from closecall.sealed.research.views.page import revision, study_page
from closecall.site.http.acting import answer


@require_http_methods(["GET", "POST"])
@signed_in("study")
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """Publish, correct or withdraw; reword before."""
    if request.method == "GET":
        return _publish(request, slug)
    return answer(
        request,
        _act(request, slug, desk_of(request)),
        lambda sentence, status: _publish(request, slug, fault=sentence, status=status),
    )


def _act(request: HttpRequest, slug: str, desk: Desk) -> Callable[[], None]:
    posted, over = request.POST, revision(request)

    def act() -> None:
        verb = posted.get("act", "")
        if verb == "reword":
            title, question, notes = (posted.get(name, "") for name in ("title", "question", "notes"))
            actions.reword(slug, title=title, question=question, notes=notes, over=over, by=desk)
        elif verb == "publish":
            actions.publish(slug, over=over, by=desk)
        elif verb == "correct":
            actions.correct(slug, reason=posted.get("reason", ""), by=desk)
        elif verb == "withdraw":
            if posted.get("sure") != "yes":
                raise BadInput("Tick that you are sure. A study that is withdrawn doesn't come back.")
            actions.withdraw(slug, by=desk)
        else:
            raise BadInput("Choose what to do.")

    return act


def _publish(request: HttpRequest, slug: str, *, fault: str = "", status: int = 200) -> HttpResponse:
    desk = desk_of(request)
    head = queries.head(slug, desk)
    seen = head.stage is not Stage.READING and not head.blind
    pages = Pages(queries.state(slug), accounts.names()) if seen else None
    typed = {name: request.POST[name] for name in ("title", "question", "notes") if name in request.POST}
    context = {
        "pages": pages,
        "moves": len(pages.steps) if pages else 0,
        "unsorted": pages.unsorted if pages else 0,
        "five": pages.columns[:5] if pages else (),
        "typed": typed,
        "notes_lines": "\n".join(head.notes),
        "standing": f"{settings.PUBLIC_URL}/studies/{slug}/"
        if head.version and head.stage is not Stage.WITHDRAWN
        else "",
    }
    return study_page(request, "publish", head, desk, context, fault=fault, status=status)

"""The officials' page of the mail queue."""

from __future__ import annotations

from django.contrib import messages as notes
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.core.audit.record import record_event
from portal.plans.subscriptions.figures import MOST_SHOWN, failed_mails, figures, try_again
from portal.staff.enums import Column
from portal.staff.scope import Person, regions_of

SEE = "subscriptions.see_mail_queue"


def may_see_queue(person: Person) -> bool:
    """Who keeps notices somewhere and was given the permission. The page names no reader."""
    return person.has_perm(SEE) and bool(regions_of(person, Column.NOTICES))


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """Numbers, what failed, and a button to try it again."""
    person = request.user
    if not isinstance(person, User) or not may_see_queue(person):
        raise PermissionDenied
    if request.method == "POST":
        with transaction.atomic():
            count = try_again(timezone.now())
            facts = {"mails": count}
            record_event("subscriptions.retried", actor=person, target=None, facts=facts)
        notes.success(request, _("%(count)d 封邮件将重新发送。") % {"count": count})
        return redirect("subscriptions_staff:index")
    context = {"figures": figures(), "mails": failed_mails()[:MOST_SHOWN]}
    return render(request, "pages/plans/subscriptions/staff_index.html", context)

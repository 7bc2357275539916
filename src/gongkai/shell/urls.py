"""What Django answers: the workbench, sign-in, the API, and the form for requests. Public pages are files and never
reach it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path, re_path
from django.views.decorators.cache import never_cache
from django.views.generic import RedirectView
from wagtail.admin import urls as workbench_urls
from wagtail.admin.auth import require_admin_access

from gongkai.engines.notices.views import sms_report
from gongkai.shell.api import api
from gongkai.shell.health import health
from gongkai.shell.metrics import metrics
from gongkai.shell.workbench.account import OwnAccount


def nothing_here(request: HttpRequest) -> HttpResponse:
    raise Http404


urlpatterns = [
    path("healthz", health, name="health"),
    path("metrics", metrics, name="metrics"),
    path("accounts/", include("gongkai.foundation.accounts.urls")),
    path("workbench/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    # Wagtail's own screens for staff and reviews would write past the ledger; ours stand at staff/.
    re_path(r"^workbench/(?:users|groups|workflows|bulk)(?:/|$)", nothing_here),
    path("workbench/account/", never_cache(require_admin_access(OwnAccount.as_view()))),
    path("workbench/", include(workbench_urls)),
    path("api/v1/notices/sms-report", sms_report, name="sms_report"),
    path("api/v1/", api.urls),
    path("request/", include("gongkai.wings.disclosure.apply.urls")),
    path("hant/request/", include("gongkai.wings.disclosure.apply.urls")),
    path("report-check/", include("gongkai.wings.disclosure.annual.checkpage")),
    path("hant/report-check/", include("gongkai.wings.disclosure.annual.checkpage")),
]

handler400 = "gongkai.shell.refusals.bad_request"
handler404 = "gongkai.shell.refusals.not_found"
handler500 = "gongkai.shell.refusals.broken"

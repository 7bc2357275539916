"""Where a gateway posts its delivery reports."""

from __future__ import annotations

import time

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from gongkai.engines.notices import channels
from gongkai.engines.notices.gateway import REPORT_LONGEST, ReportFault
from gongkai.engines.notices.reports import UnknownMessage, take_report
from gongkai.engines.notices.signing import SignatureFault
from gongkai.engines.notices.states import Channel


@csrf_exempt  # the signature says who speaks; there is no cookie in it
@require_POST
def sms_report(request: HttpRequest) -> HttpResponse:
    """204 taken (also for what we knew already), 400 unreadable, 401 not signed by the gateway, 404 not ours, 413 too
    long, 503 no gateway here."""
    if not channels.is_open(Channel.SMS):
        return _refusal("closed", 503)
    length = request.headers.get("Content-Length", "")
    if not length.isdecimal() or int(length) > REPORT_LONGEST:
        return _refusal("length", 413)
    try:
        report = channels.sms_gateway().read_report(
            headers=request.headers, body=request.body, timestamp=time.time()
        )
        take_report(report, now=timezone.now())
    except SignatureFault as fault:
        return _refusal(fault.code, 401)
    except ReportFault as fault:
        return _refusal(fault.code, 400)
    except UnknownMessage as fault:
        return _refusal(fault.code, 404)
    return HttpResponse(status=204)


def _refusal(code: str, status: int) -> HttpResponse:
    return JsonResponse({"code": code}, status=status)

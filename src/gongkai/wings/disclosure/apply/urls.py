"""Addresses of the public form, below /request/ and, in traditional characters, /hant/request/."""

from __future__ import annotations

from django.urls import path

from gongkai.wings.disclosure.apply import views_form, views_start, views_status

urlpatterns = [
    path("", views_start.start),
    path("wipe/", views_start.wipe),
    path("leave/", views_start.leave),
    path("suggestions/", views_start.suggestions),
    path("suggestions/<int:pk>/", views_start.opened),
    path("organ/", views_start.choose_organ),
    path("apply/", views_form.begin),
    path("apply/check/", views_form.check),
    path("apply/sent/", views_form.sent),
    path("apply/saved/", views_form.saved),
    path("apply/resume/", views_form.resume),
    path("apply/discard/", views_form.discard),
    path("apply/<slug:slug>/", views_form.one_step),
    path("status/", views_status.look_up),
    path("status/own/", views_status.own_request),
    path("status/own/<slug:act>/", views_status.do),
    path("status/letters/<int:pk>/", views_status.letter),
]

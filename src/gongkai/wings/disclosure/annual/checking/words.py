"""Kinds of faults and rules in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from gongkai.wings.disclosure.annual.checking.faults import Kind


def kind_label(kind: Kind) -> str:
    return {
        "arithmetic": _("Sum wrong"),
        "continuity": _("Continuity broken"),
        "narrative": _("Text wrong"),
        "blank": _("Cell left blank"),
        "form": _("Form wrong"),
    }[kind]


def rule_label(rule: str) -> str:
    """What a rule asks, in a few words; "" for an unknown one."""
    return {
        "AR-1": _("new + carried in = concluded + carried out"),
        "AR-2": _("concluded = sum of the results"),
        "AR-3": _("total = natural persons + organisations"),
        "AR-4": _("total of remedies = sum of their results"),
        "AR-5": _("carried in = carried out of last year"),
        "AR-6": _("in force = last year + issued − repealed"),
        "AR-7": _("numbers of the text = numbers of the tables"),
        "AR-8": _("city = sum of its organs"),
        "AR-9": _("every cell filled with a number"),
        "AR-10": _("section 六 speaks of fees"),
        "AR-11": _("规章 only where the organ may make them"),
        "AR-12": _("not a copy of last year's text"),
        "FORM": _("the official form of its year"),
        "TEXT": _("a text that fits its year and form"),
    }.get(rule, "")

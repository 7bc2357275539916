"""Checks of texts and pages as plug-ins: the same ones before publication and in inspection."""

from __future__ import annotations

from gongkai.engines.checks.declarations import (
    Check,
    Finding,
    Severity,
    Subject,
    checks,
    register,
    run_checks,
)
from gongkai.engines.checks.masking import mask_personal_data, masked

__all__ = [
    "Check",
    "Finding",
    "Severity",
    "Subject",
    "checks",
    "mask_personal_data",
    "masked",
    "register",
    "run_checks",
]

"""What happens after the last review. Wagtail loads this while its own models are still loading.

So nothing is imported here before it is needed: ``settings.WAGTAIL_FINISH_WORKFLOW_ACTION`` names this function.
"""

from __future__ import annotations

from typing import Any


def finish_reviews(workflow_state: Any, user: Any = None) -> None:
    """Publish what three people have approved; see ``services.conclude``, which checks all of it once more."""
    from gongkai.wings.publishing.reviews import services

    services.conclude(workflow_state=workflow_state, user=user)

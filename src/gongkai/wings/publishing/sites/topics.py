"""Topics: launched from a template in one act, closed by the plan they were launched with (systems 12)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gongkai.engines import press
from gongkai.foundation.accounts.models import Role, User
from gongkai.wings.publishing.sites.acts import (
    SiteRefused,
    around,
    locked_site,
    menu_changed,
    new_column,
    record,
    require_role,
    stands_in_menu,
)
from gongkai.wings.publishing.sites.frame import today
from gongkai.wings.publishing.sites.models import ColumnType, Site, Topic
from gongkai.wings.publishing.sites.rules import SHANGHAI, place_name, topic_template


@transaction.atomic
def launch_topic(
    *,
    site: Site,
    user: User,
    template: str,
    city: str = "",
    name: str = "",
    slug: str = "",
    introduction: str = "",
    close_on: date | None = None,
    closing_plan: str = "",
    at: datetime | None = None,
) -> Topic:
    """Open a topic with all its blocks, pinned on the home page, in one act; what is not given, the template says.

    ``city`` is the place name in the titles (海口在行动), else it follows from the site's organ. ``at``: when it was
    launched, for a topic that stood before this platform did. The home page and the topic's pages are made first,
    the menus of all other pages after them. Raises ``TopicError`` for a template that does not exist.
    """
    row = locked_site(site)
    require_role(user, Role.SITE_MANAGER, row.organ)
    plan = topic_template(template).for_city(city or place_name(row.organ.name))
    launched_at = at or timezone.now()
    day = timezone.localtime(launched_at, SHANGHAI).date()
    ends = close_on or day + timedelta(days=plan.closing_days)
    if ends <= day:
        raise SiteRefused("topic", _("A topic ends after it was launched."))
    column = new_column(
        row,
        None,
        day,
        name=name or plan.name,
        slug=slug or _free_slug(row, plan.slug),
        type=ColumnType.TOPIC,
        description=introduction or plan.introduction,
        order=1,
    )
    blocks = [
        new_column(row, column, day, name=block.name, slug=block.slug, type=block.type, order=order)
        for order, block in enumerate(plan.blocks, start=1)
    ]
    topic = Topic(
        column=column,
        template=plan.code,
        emergency=plan.emergency,
        introduction=introduction or plan.introduction,
        launched_at=launched_at,
        pinned_on_home=True,
        close_on=ends,
        closing_plan=closing_plan or plan.closing_plan,
    )
    topic.full_clean()
    topic.save()
    record(
        row,
        user,
        "topic.launched",
        topic=topic.pk,
        template=plan.code,
        name=column.name,
        path=column.path,
        blocks=[block.name for block in blocks],
        close_on=ends.isoformat(),
    )
    press.changed(
        f"topic:{topic.pk}",
        f"column:{column.pk}",
        *(f"column:{block.pk}" for block in blocks),
        *around(column),
    )
    menu_changed(row)
    return topic


@transaction.atomic
def close_topic(*, topic: Topic, user: User, at: datetime | None = None) -> Topic:
    """Carry out the closing plan: off the home page and the menu, marked as an archive; the documents stay.

    Its columns stop having a duty to be updated, which is why topics must be closed and not forgotten.
    """
    site = locked_site(topic.column.site)
    require_role(user, Role.SITE_MANAGER, site.organ)
    row = Topic.objects.select_for_update(of=("self",)).select_related("column__site").get(pk=topic.pk)
    if row.closed_at is not None:
        raise SiteRefused("topic", _("The topic is closed already."))
    row.closed_at = at or timezone.now()
    row.pinned_on_home = False
    row.save(update_fields=["closed_at", "pinned_on_home"])
    column = row.column
    columns = [column, *column.children.all()]
    was_in_menu = stands_in_menu(column)
    for one in columns:
        one.in_menu, one.on_home, one.closed_on = False, False, today()
        one.save(update_fields=["in_menu", "on_home", "closed_on"])
    record(site, user, "topic.closed", topic=row.pk, plan=row.closing_plan)
    press.changed(f"topic:{row.pk}", *(f"column:{one.pk}" for one in columns), *around(column))
    if was_in_menu:
        menu_changed(site)
    topic.refresh_from_db()
    return topic


def _free_slug(site: Site, slug: str) -> str:
    """The template's address, or with the year when an earlier topic has it."""
    taken = set(site.columns.filter(parent__isnull=True).values_list("slug", flat=True))
    if slug not in taken:
        return slug
    dated = f"{slug}{today().year}"
    number = 2
    while dated in taken:
        dated, number = f"{slug}{today().year}-{number}", number + 1
    return dated

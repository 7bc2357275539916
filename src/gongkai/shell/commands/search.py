"""``gongkai search WORDS``: the published index asked from the command line. Needs no database and no Django."""

from __future__ import annotations

import json
import os
import sys
from datetime import date
from pathlib import Path

import click

from gongkai.engines.search import Hit, Query, Results, SearchIndex, SearchUnavailable
from gongkai.shell.commands.days import DAY

STATES = ("in_force", "amended", "not_yet", "repealed", "expired")


@click.command()
@click.argument("words", nargs=-1)
@click.option("--site", help="Only this site (its short name); otherwise all of them.")
@click.option("--organ", help="Issuing organ: its code, or its name where it has none.")
@click.option("--subject", help="Subject class.")
@click.option("--kind", help="Kind of information, e.g. normative, news.")
@click.option("--year", type=int, help="Year of publication.")
@click.option("--validity", type=click.Choice(STATES), help="State on the day of --on.")
@click.option("--on", type=DAY, help="Day on which validity is judged; today if left out.")
@click.option("--newest", "order", flag_value="newest", help="Newest first instead of by relevance.")
@click.option("--limit", type=click.IntRange(1, 100), default=10, show_default=True, help="So many results.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def search(
    words: tuple[str, ...],
    site: str | None,
    organ: str | None,
    subject: str | None,
    kind: str | None,
    year: int | None,
    validity: str | None,
    on: date | None,
    order: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """Search what is published: all of WORDS, each any two or more characters, in either script.

    Exit status 1 when nothing is found, 2 when there is no index.
    """
    path = Path(os.environ.get("GONGKAI_DATA", "var")) / "published" / "current" / "search.db"
    query = Query(
        " ".join(words),
        site=site,
        organ=organ,
        subject=subject,
        kind=kind,
        year=year,
        validity=validity,
        on=on,
        order="newest" if order == "newest" else "relevance",
        size=limit,
    )
    try:
        results = SearchIndex(path).search(query)
    except SearchUnavailable as error:
        told = "" if isinstance(error.__cause__, FileNotFoundError | NotADirectoryError) else f"（{error}）"
        click.echo(f"没有可用的搜索索引{told}。请先执行 gongkai press build 发布网站。", err=True)
        sys.exit(2)
    if as_json:
        click.echo(json.dumps(_as_json(results), ensure_ascii=False, indent=1))
    else:
        _show(results)
    sys.exit(0 if results.total else 1)


def _as_json(results: Results) -> dict[str, object]:
    return {
        "words": results.query.words,
        "total": results.total,
        "exact": results.exact,
        "seconds": round(results.took, 6),
        "hits": [_hit(hit) for hit in results.hits],
        "facets": {
            facet.name: [
                {"value": each.value, "label": each.label, "count": each.count} for each in facet.values
            ]
            for facet in results.facets
        },
        "proposals": [
            {"reason": each.reason, "words": each.query.words, "total": each.total}
            for each in results.proposals
        ],
    }


def _hit(hit: Hit) -> dict[str, object]:
    names = (
        *("key", "url", "sites", "title", "title_marked", "snippet_marked", "organ", "organ_code", "subject"),
        *("kind", "kind_label", "published_on", "document_number", "index_number", "validity"),
    )
    values = {name: getattr(hit, name) for name in names}
    published: date | None = hit.published_on
    return values | {"published_on": published.isoformat() if published else None}


def _show(results: Results) -> None:
    from gongkai.shell.public.search_view import states

    about = "" if results.exact else "约"
    click.echo(f"{about}{results.total} 条，用时 {results.took * 1000:.1f} 毫秒")
    for hit in results.hits:
        facts = (
            hit.published_on and hit.published_on.isoformat(),
            hit.document_number,
            hit.organ,
            hit.kind_label,
            states().get(hit.validity),
        )
        click.echo(f"\n{hit.title}\n  {'  '.join(fact for fact in facts if fact)}\n  {hit.url}")
    for each in results.proposals:
        click.echo(f"\n可改为：{each.query.words}（{each.total} 条）")

"""``gongkai serve``: the published sites, the workbench and the workers of press and notices, until told to stop."""

from __future__ import annotations

import os
import sys

import click


def require_free(host: str, port: int) -> None:
    """End with a sentence when nothing can listen there."""
    from gongkai.shell.serve import PortTaken, ensure_free

    try:
        ensure_free(host=host, port=port)
    except PortTaken as error:
        raise click.ClickException(
            f"端口 {port} 已被占用：请先停止占用它的程序，或用 --port 另选端口（make run PORT=8010）。"
        ) from error
    except OSError as error:
        raise click.ClickException(f"无法在 {host}:{port} 上监听：{error}") from error


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Port to listen on."
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=2,
    show_default=True,
    help="Server processes; as many as there are cores.",
)
@click.option(
    "--press/--no-press",
    default=True,
    help="Also run the workers of the press and of notices (default), or only serve.",
)
@click.option("--access-log", is_flag=True, help="Print a line per request.")
@click.option(
    "--fake-gateway", type=int, hidden=True, help="Also run a gateway of SMS on this port that sends none."
)
def serve(
    host: str, port: int, workers: int, press: bool, access_log: bool, fake_gateway: int | None
) -> None:
    """Serve the published sites and the workbench."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gongkai.shell.settings")
    from django.conf import settings

    from gongkai.shell.serve import Companion, addresses, run, server

    require_free(host, port)
    where = list(addresses(settings.GONGKAI_PUBLISHED, host=host, port=port))
    click.echo("\n网址：" if where else "\n网站尚未发布：请先运行 gongkai press build。")
    for name, address in where:
        click.echo(f"  {address}  {name}")
    click.echo(f"  http://{host}:{port}/workbench/  工作平台")
    workers_beside: tuple[tuple[str, ...], ...] = (("press", "work"), ("notices", "worker")) if press else ()
    if fake_gateway:
        report_to = f"http://{host}:{port}/api/v1/notices/sms-report"
        click.echo(f"  http://127.0.0.1:{fake_gateway}/  短信演示网关")
        gateway = ("notices", "fake-gateway", "--port", str(fake_gateway), "--report-to", report_to)
        workers_beside = (*workers_beside, gateway)
    click.echo("按 Ctrl-C 停止。")
    companions = [Companion([sys.executable, "-m", "gongkai", *command]) for command in workers_beside]
    run(server(host=host, port=port, workers=workers, access_log=access_log), companions)

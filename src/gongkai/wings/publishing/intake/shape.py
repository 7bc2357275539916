"""What a table of documents looks like, under the headings real files use (gov.cn's own among them)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from gongkai.engines.exchange.shapes import CellRefused, Field, Shape, at_most, one_of, read_date
from gongkai.foundation.identifiers import DocumentNumber, IdentifierError, IndexNumber
from gongkai.foundation.statutes import StatuteError, parse_subject
from gongkai.wings.publishing.documents.kinds import Attribute, Kind

KINDS: Mapping[str, Kind] = {
    "规章": Kind.REGULATION,
    "行政规范性文件": Kind.NORMATIVE,
    "规范性文件": Kind.NORMATIVE,
    "政策文件": Kind.POLICY,
    "政策解读": Kind.INTERPRETATION,
    "动态要闻": Kind.NEWS,
    "通知公告": Kind.NOTICE,
    "规划计划": Kind.PLAN,
    "统计信息": Kind.STATISTICS,
    "财政预决算": Kind.BUDGET,
    "人事信息": Kind.PERSONNEL,
    "简报": Kind.BRIEF,
    "科学辟谣": Kind.RUMOUR,
    "新闻发布会": Kind.CONFERENCE,
    "政府信息公开指南": Kind.GUIDE,
    "政府信息公开制度": Kind.SYSTEM,
    "政府信息公开年报": Kind.ANNUAL_REPORT,
    "其他信息": Kind.OTHER,
}

ATTRIBUTES: Mapping[str, Attribute] = {
    "主动公开": Attribute.PROACTIVE,
    "依申请公开": Attribute.ON_REQUEST,
    "不予公开": Attribute.WITHHELD,
    "此件公开发布": Attribute.PROACTIVE,
}


def _document_number(text: str) -> str:
    try:
        return DocumentNumber.parse(text).format()
    except IdentifierError as error:
        raise CellRefused(*error.localised(_)) from None


def _index_number(text: str) -> str:
    try:
        return IndexNumber.parse(text).format()
    except IdentifierError as error:
        raise CellRefused(*error.localised(_)) from None


def _subject(text: str) -> str:
    try:
        return parse_subject(text).code
    except StatuteError:
        raise CellRefused(
            _("not one of the State Council's subject classes"), _("write for example 综合政务/政务公开")
        ) from None


def _columns(text: str) -> tuple[str, ...]:
    """Addresses of columns as site/path, several separated by spaces, commas or 、"""
    addresses = tuple(part for part in re.split(r"[\s,，、;；]+", text) if part)
    bad = [address for address in addresses if not re.fullmatch(r"[a-z0-9-]+(/[a-z0-9-]+)+", address)]
    if bad:
        raise CellRefused(_("not the address of a column"), _("write site/path, for example city/zwgk/tzgg"))
    return addresses


def _address(text: str) -> str:
    if not re.match(r"https?://[^\s<>\"]+$", text):
        raise CellRefused(_("not a web address"), _("write it with http:// or https://"))
    return text


BODY = "正文"

DOCUMENTS = Shape(
    (
        Field(name="title", headings=("标题", "名称", "文件名称"), required=True, parse=at_most(300)),
        Field(name="kind", headings=("类型", "文件类型", "体裁"), parse=one_of(KINDS)),
        Field(name="document_number", headings=("发文字号", "文号"), parse=_document_number),
        Field(name="index_number", headings=("索引号",), parse=_index_number),
        Field(name="subject", headings=("主题分类", "主题"), parse=_subject),
        Field(
            name="issuer", headings=("发文机关", "发布机构", "制发机关"), required=True, parse=at_most(120)
        ),
        Field(name="written_on", headings=("成文日期", "生成日期"), parse=read_date),
        Field(name="published_on", headings=("发布日期", "公开日期", "发布时间"), parse=read_date),
        Field(name="effective_on", headings=("施行日期", "生效日期"), parse=read_date),
        Field(name="expires_on", headings=("有效期至", "失效日期"), parse=read_date),
        Field(name="attribute", headings=("公开属性",), parse=one_of(ATTRIBUTES)),
        # gov.cn marks its texts （此件公开发布）; its exports carry the mark as yes or no.
        Field(name="public_mark", headings=("此件公开发布",), parse=one_of({"是": True, "否": False})),
        Field(name="summary", headings=("摘要", "内容概述"), parse=at_most(1000)),
        Field(name="keywords", headings=("关键词", "主题词"), parse=at_most(200)),
        Field(name="source", headings=("来源", "信息来源"), parse=at_most(120)),
        Field(name="columns", headings=("栏目",), parse=_columns),
        Field(name="origin", headings=("网址", "原文链接", "url"), parse=_address),
        Field(name="body", headings=(BODY, "内容")),
    )
)


def kind_of(values: Mapping[str, Any]) -> Kind:
    """The kind a row says, or the one its facts show: a text with a document number is a policy document."""
    if "kind" in values:
        return Kind(values["kind"])
    return Kind.POLICY if values.get("document_number") else Kind.OTHER

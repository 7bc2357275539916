"""The vocabulary of the document library: what a document can be, and how it stands towards the public."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What a document is. Decides which facts it must carry (``rules.required_facts``)."""

    REGULATION = "regulation", _("Government rule")  # 规章
    NORMATIVE = "normative", _("Normative document")  # 行政规范性文件
    POLICY = "policy", _("Policy document")  # 其他政策文件
    INTERPRETATION = "interpretation", _("Policy interpretation")  # 政策解读
    NEWS = "news", _("News")  # 动态要闻
    NOTICE = "notice", _("Notice")  # 通知公告
    PLAN = "plan", _("Plan")  # 规划计划
    STATISTICS = "statistics", _("Statistics")  # 统计信息
    BUDGET = "budget", _("Budget and final accounts")  # 财政预决算
    PERSONNEL = "personnel", _("Personnel")  # 人事信息
    BRIEF = "brief", _("Brief")  # 简报
    RUMOUR = "rumour", _("Rumour check")  # 科学辟谣
    CONFERENCE = "conference", _("Press conference")  # 新闻发布会
    GUIDE = "guide", _("Disclosure guide")  # 政府信息公开指南
    SYSTEM = "system", _("Disclosure rules")  # 政府信息公开制度
    ANNUAL_REPORT = "annual_report", _("Disclosure annual report")  # 政府信息公开年报
    OTHER = "other", _("Other information")


FILE_KINDS = frozenset({Kind.REGULATION, Kind.NORMATIVE, Kind.POLICY})
"""Kinds that are official documents with a number and a validity (公文)."""


class Attribute(models.TextChoices):
    """公开属性, fixed when the document is drafted (国办发〔2016〕80号)."""

    PROACTIVE = "proactive", _("Proactive disclosure")  # 主动公开
    ON_REQUEST = "on_request", _("Disclosure on request")  # 依申请公开
    WITHHELD = "withheld", _("Not disclosed")  # 不予公开


class Authority(models.TextChoices):
    """What a publication rests on (``services.publish_revision``)."""

    REVIEWED = "reviewed", _("Three reviews")  # 三审三校
    FORCED = "forced", _("Forced")  # 强制发布
    MIGRATED = "migrated", _("Migrated")  # 历史数据迁移


class LinkKind(models.TextChoices):
    """How one document acts on another. The first four move the validity of the target."""

    REPEALS = "repeals", _("Repeals")  # 废止
    REPLACES = "replaces", _("Replaces")  # 代替（同时废止）
    AMENDS = "amends", _("Amends")  # 修改
    REPEALS_IN_PART = "repeals_in_part", _("Repeals in part")  # 部分废止
    INTERPRETS = "interprets", _("Interprets")  # 解读
    BASED_ON = "based_on", _("Is based on")  # 依据
    FORWARDS = "forwards", _("Forwards")  # 转发


class InterpretationForm(models.TextChoices):
    """The form an interpretation takes; a policy needs variety, not one more page of text."""

    TEXT = "text", _("Text")  # 文字解读
    PICTURE = "picture", _("Picture")  # 图解
    VIDEO = "video", _("Video")  # 视频解读
    QA = "qa", _("Questions and answers")  # 问答
    EXPERT = "expert", _("Expert")  # 专家解读


class Validity(models.TextChoices):
    """Computed, never typed (``rules.validity``)."""

    NONE = "none", _("No validity")  # not a document in the sense of 公文
    NOT_YET = "not_yet", _("Not yet in force")  # 尚未生效
    IN_FORCE = "in_force", _("In force")  # 现行有效
    AMENDED = "amended", _("In force, amended")  # 已被修改
    REPEALED = "repealed", _("Repealed")  # 已废止
    EXPIRED = "expired", _("Expired")  # 已失效

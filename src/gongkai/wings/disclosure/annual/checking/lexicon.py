"""The words annual reports use for what their tables count, as patterns that a scanner tries in this order. Pure data.

A word that stands for cells is a concept; a word that says the number is about something else (another organ, another
year, a channel, a subject) is foreign; a word that only carries the sentence is light. What none of them knows makes a
claim uncertain, and an uncertain claim is never a fault.
"""

from __future__ import annotations

import re
from typing import Any, Final

DENIED: Final = tuple(f"3.3.{n}" for n in range(1, 9))
UNABLE: Final = tuple(f"3.4.{n}" for n in range(1, 4))
UNHANDLED: Final = tuple(f"3.5.{n}" for n in range(1, 6))
OTHERWISE: Final = ("3.6.1", "3.6.2", "3.6.3", "3.6")
"""三（六）: three rows in the form of 2021, one in that of 2019; a report has one or the other."""

ORGANISATIONS: Final = (
    "commercial_enterprise",
    "research_institution",
    "social_welfare_org",
    "legal_service_org",
    "other_org",
)

ROWS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    (r"(?:同意|予以|全部|准予)公开\(?(?:含|包括)部分公开\)?", ("3.1", "3.2")),
    (r"(?:予以|同意|准予)?部分(?:予以|同意)?公开|区分处理", ("3.2",)),
    (r"不予(?:以)?公开|不同意公开", DENIED),
    (r"(?:予以|同意|准予|全部|完全)公开", ("3.1",)),
    (r"(?:属于|涉及)?国家秘密", ("3.3.1",)),
    (r"(?:其他)?法律、?(?:和)?(?:行政)?法规禁止公开", ("3.3.2",)),
    (r"(?:危及)?[“\"']?三安全[、,]?一稳定[”\"']?", ("3.3.3",)),
    (r"(?:保护|涉及|损害)?第三方合法权益", ("3.3.4",)),
    (r"(?:属于)?(?:三类)?内部事务(?:性)?信息", ("3.3.5",)),
    (r"(?:属于)?(?:四类)?过程性信息", ("3.3.6",)),
    (r"(?:属于)?行政执法案卷(?:信息)?", ("3.3.7",)),
    (r"(?:属于)?行政查询事项", ("3.3.8",)),
    (r"无法(?:予以)?提供", UNABLE),
    (r"(?:本(?:机关|单位|局|办|委|镇|街道))?(?:不掌握|未掌握)(?:相关)?(?:政府)?信息", ("3.4.1",)),
    (r"本(?:机关|单位|局|办|委|镇|街道)不掌握", ("3.4.1",)),
    (r"没有现成信息、?(?:需要|需)?另行制作|(?:需要|需)另行制作", ("3.4.2",)),
    (r"补正后(?:的)?(?:申请)?(?:内容)?仍(?:然)?不明确", ("3.4.3",)),
    (r"不予处理", UNHANDLED),
    (r"信访、?举报、?投诉类?(?:申请)?", ("3.5.1",)),
    (r"重复(?:提出)?申请(?!人)", ("3.5.2",)),
    (r"(?:要求)?提供公开出版物", ("3.5.3",)),
    (r"无正当理由大量(?:、)?反复(?:提出)?申请", ("3.5.4",)),
    (r"(?:要求)?(?:行政机关)?确认或(?:者)?重新出具(?:已获取(?:的)?(?:政府)?信息)?", ("3.5.5",)),
    (
        r"(?:申请人)?(?:无正当理由)?逾期(?:未|不)补正(?:、?行政机关不再处理(?:其政府信息公开申请)?)?",
        ("3.6.1",),
    ),
    (
        r"(?:申请人)?逾期(?:未|不)(?:按(?:照)?收费通知要求)?(?:缴纳|缴|交纳|交)费用?"
        r"(?:、?行政机关不再处理(?:其政府信息公开申请)?)?",
        ("3.6.2",),
    ),
    (r"(?:作|作出|予以|做)?其他(?:方式)?处理|其他(?:处理)?情形(?:处理)?", OTHERWISE),
)

FLOWS: Final[tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]] = (
    (
        r"(?:结转|转|转入|转至|结转至|结转到|移交)(?:至|到|入)?(?:下一?年度?|次年|20\d\d年度?)(?:度)?(?:继续)?(?:办理|处理)?",
        (("4",),),
    ),
    (r"(?:下年度|下一年度|下年)结转|年末结转|跨年度办理", (("4",),)),
    (r"(?:尚|仍|正)在(?:办理|处理)(?:中|之中)?|(?:尚未|未)办结", (("4",),)),
    (r"(?:上一?年度?|去年|上一年度|20\d\d年度?)(?:度)?结转(?:至(?:本|20\d\d)年度?)?(?:的)?", (("2",),)),
    (r"(?:上一?年度?|去年)(?:度)?(?:转入|转来|转结|接转|遗留)(?:的)?", (("2",),)),
    (r"结转(?:上一?年度?|去年)", (("2",),)),
    (r"结转", (("4",), ("2",))),
    (r"(?:本年度?|当年|全年)?新收到?|(?:本年度?|当年)?新增(?=.{0,8}申请)|新增(?=\d)", (("1",),)),
    (r"收办|收到(?:和|及|并|、)(?:处理|办理|受理)", (("1", "2"), ("1",))),
    (r"(?:已|均已|全部)?办结|办理完毕|办理完成|已办理|办复", (("3.7",),)),
    (r"答复(?!率)|回复(?!率)|作出答复", (("3.7",), ("3.7", "-3.6"))),
    (r"收到|接到|收取(?=.{0,10}申请)|接收|受理|收件|登记(?=.{0,10}申请)", (("1",), ("1", "2"))),
    (r"办理|处理(?!费|决定)|承办|审理(?=.{0,10}公开申请)", (("1", "2"), ("3.7",), ("1",))),
)

WHO: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    (r"(?:法人|企业法人)(?:或者|或|和|及|与|、)?其他组织|法人(?:及|或|和)组织|法人组织|法人", ORGANISATIONS),
    (r"自然人|公民个人|公民", ("natural_person",)),
    (r"商业企业", ("commercial_enterprise",)),
    (r"科研机构", ("research_institution",)),
    (r"社会公益组织|公益组织", ("social_welfare_org",)),
    (r"法律服务机构", ("legal_service_org",)),
    (r"其他(?:类)?组织", ("other_org",)),
)

REMEDIES: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    (r"(?:未经|不经)(?:行政)?复议(?:而)?直接(?:提起|起诉)(?:行政)?(?:诉讼|起诉)?", ("litigation_direct",)),
    (
        r"(?:经)?(?:行政)?复议(?:之)?后(?:又|再)?(?:提起|起诉)(?:行政)?(?:诉讼|起诉)?",
        ("litigation_after_review",),
    ),
    (r"直接(?:起诉|提起(?:行政)?诉讼)", ("litigation_direct",)),
    (r"复议诉讼|(?:行政)?复议诉讼", ("review", "litigation_direct", "litigation_after_review")),
    (r"(?:被)?(?:申请|提起)?(?:的)?行政复议|(?:申请|提起)复议|复议", ("review",)),
    (
        r"(?:被)?(?:提起|起诉)?(?:的)?行政(?:诉讼|应诉)|提起诉讼|诉讼",
        ("litigation_direct", "litigation_after_review"),
    ),
)

RESULTS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    (r"(?:被)?(?:结果)?维持(?:原(?:行政行为|答复|判))?", ("maintained",)),
    (r"(?:被|结果)?(?:予以)?纠正|被纠错|纠错", ("corrected",)),
    (r"其他结果", ("other",)),
    (r"(?:尚未|未)(?:审结|结案)|(?:尚在|正在)审理(?:中)?", ("pending",)),
    (r"(?:已)?(?:审结|结案)", ("maintained", "corrected", "other")),
)

DOCUMENTS: Final[tuple[tuple[str, str], ...]] = (
    (r"(?:行政)?规范性文件", "行政规范性文件"),
    (r"(?:市|省)?(?:人民)?(?:政府)?规章(?!制度)", "规章"),
)

ACTS: Final[tuple[tuple[str, str], ...]] = (
    (
        r"(?:本年度?)?(?:制定出台|制定印发|制定发布|制定|制发|出台|印发|新制发|新制定|新出台|颁布|新制作|制作)(?:件数)?",
        "issued",
    ),
    (r"(?:本年度?)?(?:废止(?:和|或|、|及)?(?:宣布)?失效|宣布失效|废止)(?:件数)?", "repealed"),
    (r"现行有效(?:件数)?|继续有效|保留有效", "in_force"),
    (r"(?:本年)?新公开(?:数量)?", "published"),
    (r"对外公开(?:总数量?)?", "public"),
)
ACT_COLUMNS: Final[dict[str, dict[str, str]]] = {
    "2021": {"issued": "issued_this_year", "repealed": "repealed_this_year", "in_force": "in_force"},
    "2019": {"issued": "made_this_year", "published": "published_this_year", "public": "public_in_total"},
}

POWERS: Final[tuple[tuple[str, tuple[str, str, str]], ...]] = (
    (r"行政事业性收费(?:金额|总额|收入)?", ("art20_8", "行政事业性收费", "amount_wan_yuan")),
    (r"政府集中采购(?:总)?(?:金额|额)", ("art20_9", "政府集中采购", "amount_wan_yuan")),
    (r"政府集中采购(?:项目)?", ("art20_9", "政府集中采购", "purchases")),
    (r"行政许可(?!类|领域)", ("art20_5", "行政许可", "decisions")),
    (r"行政处罚(?!类|领域)", ("art20_6", "行政处罚", "decisions")),
    (r"行政强制(?:措施|执行)?(?!类|领域)", ("art20_6", "行政强制", "decisions")),
)

OTHER: Final = r"其他(?!法律)"
SUM: Final = r"总计|合计|共计|总共|总数|一共|总量|共"
REQUESTS: Final = (
    r"涉及?(?:政府)?信息公开|公开政府信息(?:的)?申请|(?:依申请公开|(?:政府)?信息公开|依申请|公开)(?:政府信息)?(?:的)?(?:申请|请求)(?:案件|事项|件|数量|总量)?"
    r"|申请(?:主体|人)(?:类型|类别|身份|性质|构成|结构)?(?=上?看|来看|方面)|依申请公开(?:政府信息|信息|事项|件)?|依申请(?:信息|事项|件)|公开申请|(?:政府)?信息公开(?:方面)?"
)
APPLY: Final = r"申请(?!人)(?:事项|件|数量|案件)?|请求"

WHOLE: Final = (
    r"全(?:市|省|县|区|州|镇|乡|街道|局|委|办|系统|厅|旗|盟|院|校|行业|部|署|域)(?:各级|上下|各地)?(?:、?各部门|政府系统|行政机关|各级行政机关|政府)?"
    r"|(?:各级|各地|各地区)、?各部门(?:、?各单位)?|各级(?:人民政府|行政机关|政府|机关)(?:及(?:其)?(?:各)?(?:工作)?部门)?"
    r"|(?:我|本)(?:机关|单位|局|办|委|厅|市|省|县|区|州|镇|乡|街道|部|署|旗|盟|中心|队|院|行)(?:办公室)?|行政机关|总体|总的"
)
LIGHT: Final = (
    r"(?<=[\u4e00-\u9fff])(?<![件宗条项个例起份部元次])[ \t]+(?=[\u4e00-\u9fff])|情形|收取|征收|"
    r"加上|群众|公众|市民|从(?=20\d\d年)|"
    r"本报告期|本年度内?|本年|全年度?|年内|当年|年度|一年来|累计|总体|其中|包括|包含|分别|主要|依法|依规|及时|严格|认真|规范|"
    r"妥善|高效|扎实|稳妥|圆满|积极|有效|高质量|高标准|按规定|按照规定|切实|统一|实际|持续|继续|全面|稳步|进一步|均为|均|"
    r"处理决定|行政决定|决定书?|决定|作出|做出|情况|结果|方面|工作|数量|件数|数|案件|类|案|事项|信息|政府信息|"
    r"发生|产生|出现|引起|引发|引起的|被|由|因|对|将|把|向|等|的|了|为|是|有|达到|达|计|约|近|超过|突破|超|逾|至|"
    r"属于|提供|提出|提交|来自|申请人|新|已|经|共有|备案|立案|新增|涉及政府信息公开|涉政府信息公开|涉及信息公开|"
    r"涉及|涉|机关|本级|含|在|"
    r"[ \t]+(?=\d)|告知|给予|予以|实施|办件|量|金额|收费|收入|总额|总|项目|中|以|后|并|“|”|\"|\.\.\.|…+|\*"
)
SOFT: Final = r"、|和|及|与|或者|或|以及|暨|\+|\/"
HARD: Final = r"[,，;；:：\n\t ]|。"

COMPARE: Final = (
    r"同比|环比|(?:较|比|与|同)(?:上一?年度?|去年|上年同期|去年同期|20\d\d年度?|往年)(?:同期)?(?:相比)?(?:较)?"
    r"(?:有所)?(?:增加|增长|减少|下降|上升|提高|降低|多|少|增|减|翻)?了?|"
    r"增长|下降|上升|增加|减少|增幅|降幅|提升"
)
OTHER_YEAR: Final = r"上一?年度?(?!结转)|去年(?!结转)|前年|往年|历年"
PERIOD: Final = (
    r"上半年|下半年|[一二三四1234]季度|(?:1[0-2]|[1-9])月份?|近[两二三四五六七八九十\d]+年(?:来)?|[两二三四五\d]+年来|以来|\d+年间|"
    r"每年|每月|月均|日均|年均"
)
DATES: Final = r"(?:截至|截止|到)(?:20\d\d年)?(?:12月底?|年底|年末)(?:31日)?|\d{1,2}月\d{1,2}日|今年(?:以来)?"
CHANNEL: Final = (
    r"当面|网络|网上|互联网|在线|信函|邮寄|邮政|邮件|传真|现场|电子邮箱|邮箱|平台|线上|线下|窗口|微信|快递|渠道|来信|书面|"
    r"网站|系统提交|口头|电话"
)
PUBLISH: Final = (
    r"主动公开|公示|公布|发布|刊发|刊登|刊载|归集|推送|上传|上网|解读|清理|审查|评估|修订|修改|转载|录入|更新|挂网|上报|报送|"
    r"公开(?=各类|政府|信息|行政|规范|规章|文件|市|县|区)|目录|清单|指南|事项清单|标准|流程|起草|征求意见"
)
OBJECT: Final = (
    r"建议|提案|热线|工单|信箱|留言|来信|咨询|举报|投诉|信件|网民|舆情|培训|会议|新闻|稿件|视频|问卷|意见|诉求|告知书|补正|延期|"
    r"延长|超期|逾期|征求|第三方|信息处理费|处理费|听证|仲裁|调解|刑事|民事|不服|引导|协商|撤回|撤销|当场|平均|首次|超时|"
    r"信访|许可申请|负责人出庭|出庭|复核|国家赔偿|行政赔偿|人次|案例|示范|败诉|胜诉|责令"
)
SUBJECT: Final = (
    r"建议|提案|热线|工单|信箱|留言|来信|咨询|举报|投诉|信件|网民|舆情|稿件|视频|问卷|诉求|仲裁|调解|刑事|民事|信访|"
    r"许可申请"
)
"""Objects that are counted on their own: what is received and concluded after them is theirs, not the requests'."""
REST: Final = frozenset({"剩余", "其余"})
"""Topics that are the requests left over, where the number is one of those carried out."""
_CONCERNED: Final = r"的?(?:行政)?(?:复议|诉讼)"
TOPIC: Final = (
    rf"涉及(?!{_CONCERNED})(?!(?<=(?:复议|诉讼)涉及)\d)(?!(?<=(?:复议|诉讼)分别涉及)\d)|涉(?!及|{_CONCERNED})|"
    r"关于|围绕|主题|领域|集中在|按时|按期|法定期限|时限|剩余|其余|另有|此外|部分(?!公开|予以|同意)"
)
NEGATION: Final = (
    r"未(?!掌握|按|补正|缴|交|经|办结|审结|结案|予)|没有(?!现成)|暂无|尚无|并无|"
    r"(?<!暂)(?<!尚)(?<!并)无(?!法|正当|需|论|关|偿)"
)


def compiled() -> re.Pattern[str]:
    """One pattern of all words; the name of the group that matched says what the word is."""
    parts: list[str] = []

    def add(kind: str, table: Any) -> None:
        if isinstance(table, str):
            parts.append(f"(?P<{kind}>{table})")
            return
        parts.extend(f"(?P<{kind}_{at}>{pattern})" for at, (pattern, _value) in enumerate(table))

    add("percent", r"(?<![\d.])\d+(?:\.\d+)?(?:%|‰|个百分点)")
    add("row", ROWS)
    add("power", POWERS)
    add("result", RESULTS)
    add("flow", FLOWS[:4])
    add("compare", COMPARE)
    add("request", REQUESTS)
    add("publish", PUBLISH)
    add("document", DOCUMENTS)
    add("remedy", REMEDIES)
    add("who", WHO)
    add("act", ACTS)
    parts.extend(f"(?P<flow_{at}>{pattern})" for at, (pattern, _v) in enumerate(FLOWS) if at >= 4)
    add("date", DATES)
    add("year", r"20\d\d ?年度?")
    add("period", PERIOD)
    add("other_year", OTHER_YEAR)
    add("ordinal", ORDINAL)
    add("number", NUMBER)
    add("object", OBJECT)
    add("channel", CHANNEL)
    add("topic", TOPIC)
    add("whole", WHOLE)
    add("apply", APPLY)
    add("other", OTHER)
    add("sum", SUM)
    add("soft", SOFT)
    add("light", LIGHT)
    add("hard", HARD)
    add("open", r"[(（\[【]")
    add("close", r"[)）\]】]")
    return re.compile("|".join(parts))


ORDINAL: Final = r"(?<![\d.])\d{1,2}\.(?=[^\d\s])"
"""“1.属于国家秘密”: numbers a list, counts nothing."""
UNITS: Final = (
    r"件次|件(?!套)|宗|条(?!例|款)|项(?!目)|个(?=申请|案件|[,，;；。、)）\s]|$)|"
    r"例(?!如|外)|起(?!草|诉)|份|部(?!分|门)|万元|亿元|元|次(?!数|月|年)"
)
NUMBER: Final = (
    r"(?<![\d.第])(?P<digits>\d{1,3}(?:,\d{3})+(?![\d])|\d+)(?P<fraction>\.\d+)?"
    r"(?:(?P<more>余|多|来)?(?P<scale>万|亿)?(?P<more2>余|多)?)(?:[ \t]{0,2}(?P<unit>"
    + UNITS
    + r"))?(?P<after>以上|左右|上下)?"
    r"|(?P<chinese>[一二三四五六七八九十百千两]{1,9}|零)(?P<chinese_unit>件(?!事|套)|宗|起|例)"
)

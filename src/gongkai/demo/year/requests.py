"""Requests of the year and the remedies after them, act by act with their days. Pure: the same plan every time.

Each request is drawn from a chance of its own (seed, year, number), so a larger scale adds requests and changes none.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from gongkai.demo.year.plan import table, workday
from gongkai.foundation.workdays import calendar
from gongkai.wings.disclosure.requests import fees
from gongkai.wings.disclosure.requests.outcomes import outcome

_INTERNET: Final = frozenset({"internet", "email", "fax", "post_ordinary"})
"""Channels on which the day of receipt is agreed with the applicant (条例 Art. 31)."""
_WAYS: Final = {"internet": "online", "email": "email", "fax": "fax", "desk": "pickup"}
_PAGES: Final = 45
_SUIT_AFTER: Final = "suit_after_reconsideration"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedAct:
    """One act of the procedure, by one of the demo's people, on a day."""

    day: dt.date
    action: str
    who: str
    outcome: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRemedy:
    """``admitted``, ``answered`` and ``closed`` are None where that had not happened yet when the year was made."""

    kind: str
    filed: dt.date
    admitted: dt.date | None
    answered: dt.date | None
    closed: dt.date | None
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRequest:
    """One request from its arrival to its end; ``decided`` None: still open when the year is made.

    ``key`` is its own for ever: it stands in the applicant's address, so that what is there already is known.
    """

    key: str
    organ: str
    channel: str
    kind: str
    name: str
    matter: str
    received: dt.date
    acts: tuple[PlannedAct, ...]
    decided: dt.date | None
    outcome: str
    remedies: tuple[PlannedRemedy, ...]

    @property
    def email(self) -> str:
        return f"{self.key}@nanming.example"


def prefix(year: int) -> str:
    """What the keys of a year's requests begin with."""
    return f"shenqing{year}-"


def requests(
    organ_codes: Sequence[str], year: int, scale: float, seed: int, *, until: dt.date | None = None
) -> Iterator[PlannedRequest]:
    """Requests of the year and of the weeks before it, so that something is carried in and out. Nothing happens after
    ``until`` (the 31st of January that follows, if that is earlier)."""
    last = min(dt.date(year + 1, 1, 31), until or dt.date.max)
    share = random.Random(f"{seed}:organs")  # noqa: S311  # the same year every time
    weights = [share.paretovariate(1.2) for _code in organ_codes]
    for serial in range(1, max(1, round(table()["requests"] * scale)) + 1):
        chance = random.Random(f"{seed}:{year}:{serial}")  # noqa: S311
        yield _request(
            chance,
            f"{prefix(year)}{serial:06d}",
            organ=chance.choices(organ_codes, weights)[0],
            received=_received(chance, year),
            last=last,
        )


def _received(chance: random.Random, year: int) -> dt.date:
    """In December of the year before, or in a month of the year, as often as the table says; on a working day."""
    months: Sequence[int] = table()["weights"]["months"]
    at = chance.choices(range(13), months)[0]
    first = dt.date(year, at, 1) if at else dt.date(year - 1, 12, 5)
    return workday(first + dt.timedelta(days=chance.randrange(27)))


def _chosen(chance: random.Random, weights: Mapping[str, int]) -> str:
    return chance.choices(list(weights), list(weights.values()))[0]


def _after(day: dt.date, workdays: int) -> dt.date:
    return calendar().add(day, workdays).date


def _request(
    chance: random.Random, key: str, *, organ: str, received: dt.date, last: dt.date
) -> PlannedRequest:
    weights, words = table()["weights"], table()["words"]
    ended = _chosen(chance, weights["outcomes"])
    if ended == "unpaid" and not fees.in_force(received):
        ended = "withdrawn"
    kind, channel = _chosen(chance, weights["applicants"]), _chosen(chance, weights["channels"])
    names = {"natural": None, "business": words["businesses"]}.get(kind, words["organisations"])
    name = chance.choice(names) if names else chance.choice(words["surnames"]) + chance.choice(words["given"])
    matter = chance.choice(words["matters"])
    acts = tuple(_acts(chance, received, channel, ended, matter))
    decided = acts[-1].day if acts[-1].day <= last else None
    return PlannedRequest(
        key=key,
        organ=organ,
        channel=channel,
        kind=kind,
        name=name,
        matter=matter,
        received=received,
        acts=tuple(each for each in acts if each.day <= last),
        decided=decided,
        outcome=ended if decided else "",
        remedies=tuple(_remedies(chance, ended, decided, last)) if decided else (),
    )


# -- Acts --------------------------------------------------------------------------------------------------


def _acts(
    chance: random.Random, received: dt.date, channel: str, ended: str, matter: str
) -> Iterator[PlannedAct]:
    """From arrival to the end, in order; ``handler`` is filled in by whoever carries it out."""
    facts = table()["facts"]
    if channel in _INTERNET:
        confirmed = {"confirmed_on": received.isoformat(), "how": "phone"}
        yield PlannedAct(day=received, action="confirm", who="dengji", facts=confirmed)
    accepted = _after(received, 1)
    yield PlannedAct(day=accepted, action="accept", who="gongkai", facts={"handler": "chengban"})
    if ended == "withdrawn":
        day = _after(accepted, chance.randint(1, 8))
        yield PlannedAct(day=day, action="withdraw", who="dengji", outcome=ended)
        return
    way = _way(chance, ended, received)
    steps = list(_WAY[way](chance, accepted, ended, matter))
    yield from (step for step in steps if isinstance(step, PlannedAct))
    ready = steps[-1]
    if isinstance(ready, PlannedAct):  # it ended there
        return
    day = _after(ready, chance.randint(8, 14) if way == "extend" else chance.randint(4, 15))
    given = {name: facts[name] for name in outcome(ended).required}
    if ended == "not_this_organ":
        given |= {"responsible_organ": "南溟市有关部门", "organ_contact": "0890-66770012"}
    yield PlannedAct(day=day, action="propose_decision", who="chengban", outcome=ended, facts=given)
    for action, who in (("pass_legal", "fazhi"), ("pass_secrecy", "baomi"), ("approve", "fuzeren")):
        yield PlannedAct(day=day, action=action, who=who)
    served = {"way": _WAYS.get(channel, "post"), "proof": facts["proof"]}
    yield PlannedAct(day=_after(day, 1), action="serve", who="gongkai", facts=served)


def _way(chance: random.Random, ended: str, received: dt.date) -> str:
    """What happens between acceptance and decision: some results demand it, others get it by chance."""
    demanded = {
        "uncorrected": "correct",
        "still_unclear": "correct",
        "third_party": "third_party",
        "unreasonable": "reasons",
        "unpaid": "fee",
    }
    if ended in demanded:
        return demanded[ended]
    way = _chosen(chance, table()["weights"]["ways"])
    if way == "fee" and not (fees.in_force(received) and ended in ("granted", "partial")):
        return "plain"
    return way


_Steps = Iterable[PlannedAct | dt.date]
"""Acts, and at the end the day from which it is handled on, unless the last act ended the case."""


def _plain(chance: random.Random, accepted: dt.date, ended: str, matter: str) -> _Steps:
    return (accepted,)


def _correct(chance: random.Random, accepted: dt.date, ended: str, matter: str) -> _Steps:
    facts = table()["facts"]
    asked = _after(accepted, chance.randint(1, 4))
    given = {"unclear": facts["unclear"], "days": 10}
    yield PlannedAct(day=asked, action="ask_correction", who="chengban", facts=given)
    if ended == "uncorrected":
        yield PlannedAct(day=_after(asked, 11), action="abandon_uncorrected", who="gongkai", outcome=ended)
        return
    came = _after(asked, chance.randint(3, 8))
    text = {"text": f"{matter}。{facts['correction']}"}
    yield PlannedAct(day=came, action="receive_correction", who="dengji", facts=text)
    yield came


def _extend(chance: random.Random, accepted: dt.date, ended: str, matter: str) -> _Steps:
    day, given = _after(accepted, chance.randint(9, 14)), {"days": 15, "why": table()["facts"]["why"]}
    yield PlannedAct(day=day, action="propose_extension", who="chengban", facts=given)
    yield PlannedAct(day=day, action="approve_extension", who="fuzeren", facts=given)
    yield day


def _third_party(chance: random.Random, accepted: dt.date, ended: str, matter: str) -> _Steps:
    refuses = ended in ("third_party", "partial")
    asked = _after(accepted, chance.randint(1, 3))
    answered = _after(asked, chance.randint(3, 12))
    whom = {"third_party": chance.choice(table()["words"]["businesses"])}
    yield PlannedAct(
        day=asked, action="consult_third_party", who="chengban", facts=whom | {"matter": f"{matter}。"}
    )
    opinion = {"opinion": "refuses" if refuses else "agrees", "received_on": answered.isoformat()}
    grounds = {"grounds": table()["facts"]["grounds"]} if refuses else {}
    yield PlannedAct(
        day=answered, action="third_party_opinion", who="chengban", facts=whom | opinion | grounds
    )
    ended_on = {"ended_on": answered.isoformat()}
    yield PlannedAct(day=answered, action="end_third_party", who="chengban", facts=ended_on)
    yield answered


def _organs(chance: random.Random, accepted: dt.date, ended: str, matter: str) -> _Steps:
    asked = _after(accepted, chance.randint(1, 3))
    answered = _after(asked, chance.randint(3, 12))
    whom = {"asked_organ": "南溟市有关部门"}
    yield PlannedAct(
        day=asked, action="consult_organs", who="chengban", facts=whom | {"matter": f"{matter}。"}
    )
    opinion = {"opinion": "agrees", "received_on": answered.isoformat()}
    yield PlannedAct(day=answered, action="organ_opinion", who="chengban", facts=whom | opinion)
    ended_on = {"ended_on": answered.isoformat()}
    yield PlannedAct(day=answered, action="end_organs", who="chengban", facts=ended_on)
    yield answered


def _fee(chance: random.Random, accepted: dt.date, ended: str, matter: str) -> _Steps:
    charged = _after(accepted, chance.randint(1, 5))
    given = {"scale": "pages", "quantity": _PAGES, "how_to_pay": table()["facts"]["how_to_pay"]}
    yield PlannedAct(day=charged, action="charge_fee", who="gongkai", facts=given)
    if ended == "unpaid":
        lapsed = _after(charged, fees.payment_workdays(charged) + 1)
        yield PlannedAct(day=lapsed, action="abandon_unpaid", who="gongkai", outcome=ended)
        return
    paid = _after(charged, chance.randint(1, 9))
    amount = str(fees.by_pages(_PAGES, charged).amount)
    yield PlannedAct(
        day=paid,
        action="receive_payment",
        who="gongkai",
        facts={"paid_on": paid.isoformat(), "amount": amount},
    )
    yield paid


def _reasons(chance: random.Random, accepted: dt.date, ended: str, matter: str) -> _Steps:
    asked, facts = _after(accepted, chance.randint(1, 3)), table()["facts"]
    given = {"why": facts["frequency"], "days": 10}
    yield PlannedAct(day=asked, action="ask_reasons", who="chengban", facts=given)
    came = _after(asked, chance.randint(1, 4))
    yield PlannedAct(
        day=came, action="receive_reasons", who="dengji", facts={"text": facts["applicant_reasons"]}
    )
    yield came


_WAY: Final = {
    "plain": _plain,
    "correct": _correct,
    "extend": _extend,
    "third_party": _third_party,
    "organs": _organs,
    "fee": _fee,
    "reasons": _reasons,
}


# -- Remedies ----------------------------------------------------------------------------------------------


def _remedies(chance: random.Random, ended: str, decided: dt.date, last: dt.date) -> Iterator[PlannedRemedy]:
    """None for most; for some one, and for some of these a suit after it."""
    if ended in ("withdrawn", "uncorrected", "unpaid") or chance.random() >= table()["appealed"]:
        return
    kind, _colon, result = _chosen(chance, table()["weights"]["remedies"]).partition(":")
    before, day = kind == _SUIT_AFTER, decided
    if before:
        reviewed = _remedy(chance, "reconsideration", "upheld", day, last)
        if reviewed is None:
            return
        yield reviewed
        if reviewed.closed is None:
            return
        day = reviewed.closed
    remedy = _remedy(chance, kind, result, day, last)
    if remedy is not None:
        yield remedy


def _remedy(
    chance: random.Random, kind: str, result: str, day: dt.date, last: dt.date
) -> PlannedRemedy | None:
    filed = _after(day, chance.randint(3, 8))
    admitted = _after(filed, chance.randint(2, 5))
    answered = _after(admitted, chance.randint(3, 8))
    closed = _after(answered, chance.randint(8, 30))
    if filed > last:
        return None
    ends = result != "pending" and closed <= last
    return PlannedRemedy(
        kind=kind,
        filed=filed,
        admitted=admitted if admitted <= last else None,
        answered=answered if answered <= last else None,
        closed=closed if ends else None,
        result=result if ends else "",
    )


# -- What must be counted ----------------------------------------------------------------------------------


def expected_table3(planned: Iterable[PlannedRequest], year: int) -> Counter[tuple[str, str]]:
    """What section 三 must say of these requests, worked out from the plan alone: numbers by (row, kind of applicant)."""
    counted: Counter[tuple[str, str]] = Counter()
    for each in planned:
        closed = each.decided
        if each.received.year == year:
            counted["1", each.kind] += 1
        if each.received.year < year and (closed is None or closed.year >= year):
            counted["2", each.kind] += 1
        if closed is not None and closed.year == year:
            counted[outcome(each.outcome).row, each.kind] += 1
            counted["3.7", each.kind] += 1
        if each.received.year <= year and (closed is None or closed.year > year):
            counted["4", each.kind] += 1
    return counted


def expected_table4(planned: Iterable[PlannedRequest], year: int) -> Counter[tuple[str, str]]:
    """What section 四 must say, by (kind, result): decided ones in the year of the result, open ones at its end."""
    counted: Counter[tuple[str, str]] = Counter()
    for remedy in (remedy for each in planned for remedy in each.remedies):
        if remedy.closed is not None and remedy.closed.year == year:
            counted[remedy.kind, remedy.result] += 1
        elif remedy.filed.year <= year and (remedy.closed is None or remedy.closed.year > year):
            counted[remedy.kind, "pending"] += 1
    return counted

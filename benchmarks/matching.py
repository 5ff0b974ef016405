"""How long leads take to be matched to accounts: records in, everybody matched, one more change.

nice python -m benchmarks.matching --leads 1000000 --accounts 200000
"""

import argparse
import random
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from agent.store import Store
from bbm_core.balance.funnel import StageSpec
from bbm_core.icp.classify import Classifier
from bbm_core.icp.profile import Profile
from bbm_core.judgement import Rules, judge
from bbm_core.match import Identity, Names, Standing, identity_of, match
from bbm_core.records import Record, RecordKind, RecordRef

NAMES = Names(domain="domain", company="company", prefecture="prefecture")
CHUNK = 2000
NOW = datetime(2026, 11, 23, tzinfo=UTC)
ASKED = {
    "id": "seen",
    "label": "Seen",
    "role": "plus",
    "points": 10,
    "attribute": "seen",
    "equals": 1,
}
CREATED = {"kind": "lead", "when": "created"}
RULES = Rules(
    Classifier((Profile.model_validate({"name": "core", "threshold": 50, "criteria": [ASKED]}),)),
    (StageSpec.model_validate({"name": "acquisition", "label": "Leads", "enter": [CREATED]}),),
    (),
)
PREFECTURES = ("東京都", "Osaka", "愛知", "福岡県", "California")


def main() -> None:
    asked = _arguments()
    chance = random.Random(1)
    with tempfile.TemporaryDirectory() as folder, Store.open(f"sqlite:///{Path(folder)}/b.db") as s:
        _timed("accounts said", asked.accounts, lambda: _fill(s, _accounts(asked.accounts, chance)))
        _timed("leads said", asked.leads, lambda: _fill(s, _leads(asked, chance)))
        counts: Counter[Standing] = Counter()
        _timed("leads matched", asked.leads, lambda: _match_all(s, counts))
        print({standing.value: number for standing, number in counts.items()})
        double = {RecordRef(RecordKind.ACCOUNT, "double"): _said(f"{asked.accounts // 2}", "大阪")}
        _timed("one account more", 1, lambda: (_keep(s, double), _match_all(s, Counter())))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leads", type=int, default=100_000)
    parser.add_argument("--accounts", type=int, default=20_000)
    return parser.parse_args()


def _timed(what: str, number: int, work: object) -> None:
    began = time.process_time()
    work()  # type: ignore[operator]  # one of the lambdas above
    seconds = time.process_time() - began
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    each = 1e6 * seconds / number
    print(
        f"{what:18} {number:>10,} {seconds:8.2f} CPU s {each:8.1f} µs each, {most:,.0f} MB at most",
        flush=True,
    )


def _said(name: str, prefecture: str, address: str = "") -> Identity:
    values = {"domain": address or f"www.c{name}.co.jp", "company": f"株式会社C{name}"}
    return identity_of({**values, "prefecture": prefecture}, NAMES)


def _accounts(number: int, chance: random.Random) -> Iterator[tuple[RecordRef, Identity]]:
    for index in range(number):
        ref = RecordRef(RecordKind.ACCOUNT, f"001{index:012}")
        yield ref, _said(str(index), chance.choice(PREFECTURES))


def _leads(
    asked: argparse.Namespace, chance: random.Random
) -> Iterator[tuple[RecordRef, Identity]]:
    for index in range(asked.leads):
        name = str(chance.randrange(asked.accounts * 3 // 2))
        address = chance.choice([f"x@mail.c{name}.co.jp", "x@gmail.com"])
        ref = RecordRef(RecordKind.LEAD, f"00Q{index:012}")
        yield ref, _said(name, chance.choice(PREFECTURES), address)


def _fill(store: Store, said: Iterator[tuple[RecordRef, Identity]]) -> None:
    chunk: dict[RecordRef, Identity] = {}
    for ref, one in said:
        chunk[ref] = one
        if len(chunk) == CHUNK:
            _keep(store, chunk)
            chunk = {}
    _keep(store, chunk)


def _keep(store: Store, said: Mapping[RecordRef, Identity]) -> None:
    """As a page is kept, each record in the funnel, so that its match is counted."""
    judgements = [judge(Record(ref=ref, created=NOW, modified=NOW), {}, RULES, NOW) for ref in said]
    store.keep(1, judgements, (), now=NOW, slices=(), judge_age_days=7, identities=said)


def _match_all(store: Store, counts: Counter[Standing]) -> None:
    while due := store.due_matches(CHUNK):
        found = {one.ref: match(one.identity, one.accounts, 80, one.crowded) for one in due}
        counts.update(one.standing for one in found.values())
        store.keep_matches(found)


if __name__ == "__main__":
    main()

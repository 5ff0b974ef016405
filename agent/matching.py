"""Matches leads without an account of the CRM's to one, for account figures and nothing else."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from agent.config import Settings
from agent.store.rows import account_of
from agent.wiring import Agent
from bbm_core.hierarchy import ultimate_parents
from bbm_core.icp.normalise import domain_of
from bbm_core.icp.operators import plain_text
from bbm_core.judgement import Judgement
from bbm_core.match import Identity, identity_of, match
from bbm_core.records import Page, Record, RecordKind, RecordRef

AT_ONCE = 2000
MATCHED_KINDS = frozenset({RecordKind.ACCOUNT, RecordKind.LEAD, RecordKind.CONTACT})
SETTINGS = "matching.settings"
"""The fact that says by which settings records are matched."""


def is_on(settings: Settings) -> bool:
    return not settings.accounts.names.is_empty


def without_persons(page: Page, settings: Settings) -> Page:
    """The page with domains in the place of e-mail addresses: nothing more of them is needed."""
    name = settings.accounts.domain
    if not name:
        return page
    return replace(page, records=tuple(_with_domain(record, name) for record in page.records))


def identities_in(
    judgements: Iterable[Judgement], settings: Settings
) -> Mapping[RecordRef, Identity] | None:
    """What these records say of their company; None where nothing is matched.

    A record of which the CRM names the account says nothing: there is nothing to look for.
    """
    if not is_on(settings):
        return None
    found: dict[RecordRef, Identity] = {}
    for record in (judgement.record for judgement in judgements):
        if record.ref.kind in MATCHED_KINDS and record.ref not in found:
            said = identity_of(record.attributes, settings.accounts.names)
            found[record.ref] = said if _asks(record) else {}
    return found


def match_accounts(agent: Agent) -> None:
    """Match everything that waits for it; what is done is kept chunk by chunk."""
    if not is_on(agent.settings):
        return
    _begin_anew_if_changed(agent)
    least = agent.settings.accounts.min_confidence
    tops: Mapping[str, str] | None = None
    while due := agent.store.due_matches(AT_ONCE):
        tops = _tops(agent) if tops is None else tops
        found = {
            one.ref: match(one.identity, one.accounts, least, one.crowded, tops) for one in due
        }
        agent.store.keep_matches(found)
        agent.checkpoint()


def forget_if_off(agent: Agent) -> None:
    """Take matches back that no setting asks for any more."""
    if not is_on(agent.settings) and agent.store.fact(SETTINGS):
        agent.store.forget_matches()
        agent.store.remember({SETTINGS: ""})


def _begin_anew_if_changed(agent: Agent) -> None:
    present = agent.settings.accounts.model_dump_json()
    if agent.store.fact(SETTINGS) != present:
        agent.store.all_matches_due()
        agent.store.remember({SETTINGS: present})


def _tops(agent: Agent) -> Mapping[str, str]:
    """The company at the top of each account that somebody owns, as its attribute says."""
    name = agent.settings.accounts.parent
    if not name:
        return {}
    parents = {
        one.ref.id: plain_text(one.attributes.get(name, ""))
        for one in agent.store.book(RecordKind.ACCOUNT)
    }
    tops = ultimate_parents({id_: parent for id_, parent in parents.items() if parent})
    return {id_: top for id_, top in tops.items() if top in parents}


def _asks(record: Record) -> bool:
    return record.ref.kind is RecordKind.ACCOUNT or account_of(record) is None


def _with_domain(record: Record, name: str) -> Record:
    value = record.attributes.get(name)
    if value is None:
        return record
    others = {key: other for key, other in record.attributes.items() if key != name}
    domain = domain_of(plain_text(value))
    return record._replace(attributes={**others, name: domain} if domain else others)

"""What is read from the CRM beside its records, where the CRM has it."""

from enum import StrEnum

from agent.config.section import Section


class Use(StrEnum):
    """Whether a capability is used. Absent, it is worth a warning only where always."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


class CapabilitySettings(Section):
    """Read from the CRM beside records, where it has them: auto, always or never."""

    people: Use = Use.AUTO
    """Owners, teams and managers, once a day. auto: where [inputs] names no people; always: also
    for owners whom that file leaves out, and counted by team."""
    activities: Use = Use.AUTO
    """Calls, tasks and meetings: with whom, when, of which kind, never what was said. auto: where
    icp_mode asks for heat or [effort] for minutes, and [inputs] names no activities."""
    rates: Use = Use.AUTO
    """The CRM's rates of currencies, dated where it keeps such, once a day. auto and always: for
    currencies that [currencies] leaves out."""
    campaigns: Use = Use.AUTO
    """What campaigns cost, once a day, by channel and campaign. auto and always: where [inputs]
    names no costs, and for measures without `cost_per_month`."""
    contracts: Use = Use.NEVER
    """Until when contracts run, once a day: a customer whose last one has ended has left. auto and
    always: where [ltv] says nothing else of it. Only where renewals are contracts too."""
    acceptance: Use = Use.NEVER
    """What sales made of contacts in a field beside their status, as HubSpot's lead status is, once
    a day. auto and always: its words count for `accepted` and `sent_back` of [checks]."""
    responses: Use = Use.NEVER
    """The first campaign that a lead or contact answered gives it its channel. auto and always:
    where it names none itself."""

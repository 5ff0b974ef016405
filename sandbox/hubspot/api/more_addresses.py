"""The addresses of lists, exports, schemas, campaigns and events, and of older associations."""

from sandbox.hubspot.api import (
    account,
    associations_v3,
    campaigns,
    currencies,
    events,
    exports,
    legacy,
    lists,
    schemas,
)
from sandbox.hubspot.api.route import DATED, both_ends, definitions, none, only, records, route
from sandbox.hubspot.tokens import CUSTOM_OBJECTS

_V3_ALONE = frozenset({"v3"})
_OLD = frozenset({"v1", "v2"})
_V2 = frozenset({"v2"})
_LISTS = "/crm/lists"
_EXPORTS = "/crm/exports/export"
_LINKS = "/crm/associations/{from}/{to}"
_LINKED = "/crm/objects/{type}/{id}/associations/{to}"
_CAMPAIGNS = "/marketing/campaigns"
_CAMPAIGN = "/marketing/campaigns/{id}"
_OLD_PROPERTIES = "/properties/{type}"
_READ, _WRITE, _LOOK = records("read"), records("write"), definitions("read")
_OF_LISTS, _TO_LISTS = only("crm.lists.read"), only("crm.lists.write")
_EXPORT = only("crm.export")
_OF_COMPANIES = only("crm.schemas.companies.read")
_CUSTOM = only(CUSTOM_OBJECTS)
_CAMPAIGN_READ = only("marketing.campaigns.read")
_REVENUE = only("marketing.campaigns.revenue.read")
_EVENTS = only("business-intelligence")
_CURRENCIES = "/settings/currencies"
_MONEY = only("settings.currencies.read")
_TEAMS = only("settings.users.teams.read")

MORE_ROUTES = (
    # Words before ids, as with records.
    route("POST", _LISTS + "/search", lists.search_lists, _OF_LISTS),
    route("POST", _LISTS, lists.create_list, _TO_LISTS),
    route("GET", _LISTS, lists.list_lists, _OF_LISTS),
    route("GET", _LISTS + "/object-type-id/{type}/name/{name}", lists.get_named_list, _OF_LISTS),
    route("GET", _LISTS + "/records/{type}/{id}/memberships", lists.of_record, _OF_LISTS),
    route("GET", _LISTS + "/{id}", lists.get_list, _OF_LISTS),
    route("DELETE", _LISTS + "/{id}", lists.remove_list, _TO_LISTS),
    route("PUT", _LISTS + "/{id}/restore", lists.restore_list, _TO_LISTS),
    route("PUT", _LISTS + "/{id}/update-list-name", lists.rename_list, _TO_LISTS),
    route("GET", _LISTS + "/{id}/memberships", lists.members, _OF_LISTS),
    route("DELETE", _LISTS + "/{id}/memberships", lists.empty_list, _TO_LISTS),
    route("GET", _LISTS + "/{id}/memberships/join-order", lists.members_as_joined, _OF_LISTS),
    route("PUT", _LISTS + "/{id}/memberships/add", lists.add_members, _TO_LISTS),
    route("PUT", _LISTS + "/{id}/memberships/remove", lists.remove_members, _TO_LISTS),
    route("PUT", _LISTS + "/{id}/memberships/add-and-remove", lists.change_members, _TO_LISTS),
    route("POST", _EXPORTS + "/async", exports.start, _EXPORT),
    route("GET", _EXPORTS + "/async/tasks/{id}/status", exports.status, _EXPORT),
    route("GET", _EXPORTS + "/{id}", exports.get_export, _EXPORT, DATED),
    route("GET", "/crm-object-schemas/schemas", schemas.list_schemas, _CUSTOM),
    route("GET", "/crm-object-schemas/schemas/{type}", schemas.get_schema, _LOOK),
    route("GET", "/crm/schemas", schemas.list_schemas, _CUSTOM),
    route("GET", "/crm/schemas/{type}", schemas.get_schema, _LOOK),
    route("POST", _LINKS + "/batch/read", associations_v3.batch_read, both_ends("read"), _V3_ALONE),
    route(
        "POST",
        _LINKS + "/batch/create",
        associations_v3.batch_create,
        both_ends("write"),
        _V3_ALONE,
    ),
    route(
        "POST",
        _LINKS + "/batch/archive",
        associations_v3.batch_part,
        both_ends("write"),
        _V3_ALONE,
    ),
    route("GET", _LINKS + "/types", associations_v3.types, both_ends("read"), _V3_ALONE),
    route("GET", _LINKED, associations_v3.of_record, _READ, _V3_ALONE),
    route("PUT", _LINKED + "/{other}/{meaning}", associations_v3.associate, _WRITE, _V3_ALONE),
    route("DELETE", _LINKED + "/{other}/{meaning}", associations_v3.part, _WRITE, _V3_ALONE),
    route("POST", _CAMPAIGNS + "/batch/read", campaigns.batch_read, _CAMPAIGN_READ),
    route("GET", _CAMPAIGNS, campaigns.list_campaigns, _CAMPAIGN_READ),
    route("GET", _CAMPAIGN, campaigns.get_campaign, _CAMPAIGN_READ),
    route("GET", _CAMPAIGN + "/budget/totals", campaigns.budget_totals, _CAMPAIGN_READ),
    route("GET", _CAMPAIGN + "/assets/{assetType}", campaigns.assets, _CAMPAIGN_READ),
    route("GET", _CAMPAIGN + "/reports/metrics", campaigns.metrics, _CAMPAIGN_READ),
    route("GET", _CAMPAIGN + "/reports/revenue", campaigns.revenue, _REVENUE),
    route(
        "GET",
        _CAMPAIGN + "/reports/contacts/{contactType}",
        campaigns.contacts_reached,
        _CAMPAIGN_READ,
    ),
    route("GET", "/events/events", events.list_events, _EVENTS, _V3_ALONE),
    route("GET", "/events/events/event-types", events.list_event_types, _EVENTS, _V3_ALONE),
    route("GET", "/events/event-occurrences", events.list_events, _EVENTS, DATED),
    route("GET", "/events/event-occurrences/event-types", events.list_event_types, _EVENTS, DATED),
    route("GET", "/settings/users/teams", account.list_teams, _TEAMS),
    route("GET", _CURRENCIES + "/codes", currencies.codes, _MONEY),
    route("GET", _CURRENCIES + "/company-currency", currencies.company_currency, _MONEY),
    route("GET", _CURRENCIES + "/exchange-rates", currencies.exchange_rates, _MONEY),
    route("GET", _CURRENCIES + "/exchange-rates/current", currencies.current_rates, _MONEY),
    route("GET", _OLD_PROPERTIES + "/properties", legacy.list_properties, _LOOK, _OLD),
    route("GET", _OLD_PROPERTIES + "/properties/named/{name}", legacy.get_property, _LOOK, _OLD),
    route("GET", "/companies/properties", legacy.list_company_properties, _OF_COMPANIES, _V2),
    route("GET", "/integrations/me", legacy.who_am_i, none, _OLD),
    route("GET", "/integrations/limit/daily", legacy.daily_usage, none, _OLD),
    route("GET", _OLD_PROPERTIES + "/groups", legacy.list_groups, _LOOK, _OLD),
)

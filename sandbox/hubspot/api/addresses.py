"""The addresses of records, their associations and properties, and of the account."""

from sandbox.hubspot.api import account, associations, batches, objects, pipelines, properties
from sandbox.hubspot.api.route import (
    V3,
    V4,
    both_ends,
    definitions,
    none,
    only,
    records,
    route,
)
from sandbox.hubspot.api.search import search

_OBJECTS = "/crm/objects/{type}"
_LINKS = "/crm/associations/{from}/{to}"
_PROPERTIES = "/crm/properties/{type}"
_PIPELINES = "/crm/pipelines/{type}"
_ERASE = "crm.objects.contacts.write"
_READ, _WRITE = records("read"), records("write")
_LOOK, _DEFINE = definitions("read"), definitions("write")
_OWNERS = only("crm.objects.owners.read")

ROUTES = (
    route("GET", "/account-info/details", account.details, none),
    route("GET", "/account-info/api-usage/daily/private-apps", account.daily_usage, none),
    route("GET", "/crm/owners", account.list_owners, _OWNERS),
    route("GET", "/crm/owners/{id}", account.get_owner, _OWNERS),
    route("GET", "/crm/limits/custom-properties", account.custom_properties, none),
    route("GET", _PIPELINES, pipelines.list_pipelines, _LOOK),
    route("GET", _PIPELINES + "/{pipeline}", pipelines.get_pipeline, _LOOK),
    route("GET", _PIPELINES + "/{pipeline}/stages", pipelines.list_stages, _LOOK),
    route("GET", _PIPELINES + "/{pipeline}/stages/{stage}", pipelines.get_stage, _LOOK),
    route("POST", _PIPELINES, pipelines.create_pipeline, _DEFINE),
    route("PATCH", _PIPELINES + "/{pipeline}", pipelines.change_pipeline, _DEFINE),
    route("PUT", _PIPELINES + "/{pipeline}", pipelines.replace_pipeline, _DEFINE),
    route("DELETE", _PIPELINES + "/{pipeline}", pipelines.remove_pipeline, _DEFINE),
    route("POST", _PIPELINES + "/{pipeline}/stages", pipelines.create_stage, _DEFINE),
    route("PATCH", _PIPELINES + "/{pipeline}/stages/{stage}", pipelines.change_stage, _DEFINE),
    route("DELETE", _PIPELINES + "/{pipeline}/stages/{stage}", pipelines.remove_stage, _DEFINE),
    # Words before ids: `search` and `batch` would pass for an id.
    route("POST", _OBJECTS + "/search", search, _READ, is_search=True),
    route("POST", _OBJECTS + "/merge", objects.merge_records, _WRITE),
    route("POST", "/crm/objects/contacts/gdpr-delete", objects.erase_contact, only(_ERASE)),
    route("POST", _OBJECTS + "/batch/read", batches.batch_read, _READ),
    route("POST", _OBJECTS + "/batch/create", batches.batch_create, _WRITE),
    route("POST", _OBJECTS + "/batch/update", batches.batch_update, _WRITE),
    route("POST", _OBJECTS + "/batch/upsert", batches.batch_upsert, _WRITE),
    route("POST", _OBJECTS + "/batch/archive", batches.batch_archive, _WRITE),
    route("GET", _OBJECTS, objects.list_records, _READ, V3 | V4),
    route("POST", _OBJECTS, objects.create_record, _WRITE),
    route("GET", _OBJECTS + "/{id}", objects.get_record, _READ, V3 | V4),
    route("PATCH", _OBJECTS + "/{id}", objects.update_record, _WRITE),
    route("DELETE", _OBJECTS + "/{id}", objects.archive_record, _WRITE),
    route("GET", _OBJECTS + "/{id}/associations/{to}", associations.of_record, _READ, V4),
    route(
        "PUT",
        _OBJECTS + "/{id}/associations/default/{to}/{other}",
        associations.associate_default,
        _WRITE,
        V4,
    ),
    route("PUT", _OBJECTS + "/{id}/associations/{to}/{other}", associations.associate, _WRITE, V4),
    route("DELETE", _OBJECTS + "/{id}/associations/{to}/{other}", associations.part, _WRITE, V4),
    route("POST", _LINKS + "/batch/read", associations.batch_read, both_ends("read"), V4),
    route("POST", _LINKS + "/batch/create", associations.batch_create, both_ends("write"), V4),
    route(
        "POST",
        _LINKS + "/batch/associate/default",
        associations.batch_default,
        both_ends("write"),
        V4,
    ),
    route("POST", _LINKS + "/batch/archive", associations.batch_part, both_ends("write"), V4),
    route(
        "POST",
        _LINKS + "/batch/labels/archive",
        associations.batch_unlabel,
        both_ends("write"),
        V4,
    ),
    route("GET", _LINKS + "/labels", associations.labels, both_ends("read"), V4),
    route("POST", _PROPERTIES + "/batch/create", properties.batch_create, _DEFINE),
    route("POST", _PROPERTIES + "/batch/read", properties.batch_read, _LOOK),
    route("POST", _PROPERTIES + "/batch/archive", properties.batch_archive, _DEFINE),
    route("GET", _PROPERTIES + "/groups", properties.list_groups, _LOOK),
    route("POST", _PROPERTIES + "/groups", properties.create_group, _DEFINE),
    route("GET", _PROPERTIES + "/groups/{name}", properties.get_group, _LOOK),
    route("PATCH", _PROPERTIES + "/groups/{name}", properties.change_group, _DEFINE),
    route("DELETE", _PROPERTIES + "/groups/{name}", properties.remove_group, _DEFINE),
    route("GET", _PROPERTIES, properties.list_properties, _LOOK),
    route("POST", _PROPERTIES, properties.create_property, _DEFINE),
    route("GET", _PROPERTIES + "/{name}", properties.get_property, _LOOK),
    route("PATCH", _PROPERTIES + "/{name}", properties.change_property, _DEFINE),
    route("DELETE", _PROPERTIES + "/{name}", properties.archive_property, _DEFINE),
)

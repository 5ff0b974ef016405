"""Pipelines and their stages: read by everybody, changed by administrators."""

from collections.abc import Sequence
from dataclasses import replace

from sandbox.hubspot.api.call import Body, Call, mapping, needed, rows, text_of, whole
from sandbox.hubspot.object_types import COMPANIES, CONTACTS, DEALS, ObjectType
from sandbox.hubspot.pipelines import Pipeline, Stage
from sandbox.hubspot.refusals import Refused, invalid, no_such_resource
from sandbox.hubspot.values import iso, read_number
from sandbox.wire import Answer, json_answer


def list_pipelines(call: Call) -> Answer:
    found = _pipelines(call)
    return json_answer(200, {"results": [_pipeline(one) for one in found]})


def get_pipeline(call: Call) -> Answer:
    return json_answer(200, _pipeline(_asked_pipeline(call)))


def list_stages(call: Call) -> Answer:
    pipeline = _asked_pipeline(call)
    return json_answer(200, {"results": [_stage(one, pipeline) for one in pipeline.stages]})


def get_stage(call: Call) -> Answer:
    return json_answer(200, _stage(_asked_stage(call), _asked_pipeline(call)))


def create_pipeline(call: Call) -> Answer:
    body, schema = call.body(), call.portal.schema
    label = needed(body, "label")
    if any(one.label == label for one in _pipelines(call)):
        raise invalid(f"A pipeline with the label '{label}' already exists.", label=[label])
    stages = tuple(_new_stage(call, one, n) for n, one in enumerate(rows(body, "stages")))
    order = whole(body, "displayOrder", len(_pipelines(call)))
    made = Pipeline(schema.fresh_id(), label, stages, order, call.now)
    schema.add_pipeline(_changeable(call), made)
    return json_answer(201, _pipeline(made))


def change_pipeline(call: Call) -> Answer:
    """A pipeline's label and place; its stages have addresses of their own."""
    held, body = _asked_pipeline(call), call.body()
    changed = replace(
        held,
        label=text_of(body, "label", held.label),
        display_order=whole(body, "displayOrder", held.display_order),
    )
    call.portal.schema.change_pipeline(_changeable(call), changed)
    return json_answer(200, _pipeline(changed))


def replace_pipeline(call: Call) -> Answer:
    """Another pipeline under the same id; a stage of the same label keeps its id, too."""
    held, body, kind = _asked_pipeline(call), call.body(), _changeable(call)
    if "stages" not in body:  # not meant to be without any
        raise invalid("Some required fields were not set: [stages]")
    known = {one.label: one.id for one in held.stages}
    told = [_new_stage(call, one, n) for n, one in enumerate(rows(body, "stages"))]
    stages = tuple(replace(one, id=known.pop(one.label, one.id)) for one in told)
    for gone in {one.id for one in held.stages} - {one.id for one in stages}:
        _refuse_used(call, kind.stage, gone)
    order = whole(body, "displayOrder", held.display_order)
    changed = replace(held, label=needed(body, "label"), stages=stages, display_order=order)
    call.portal.schema.change_pipeline(kind, changed)
    return json_answer(200, _pipeline(changed))


def remove_pipeline(call: Call) -> Answer:
    """A pipeline that records stand in is not removed."""
    pipeline, kind = _asked_pipeline(call), _changeable(call)
    _refuse_used(call, kind.pipeline, pipeline.id)
    call.portal.schema.remove_pipeline(kind, pipeline.id)
    return Answer(204)


def create_stage(call: Call) -> Answer:
    pipeline = _asked_pipeline(call)
    made = _new_stage(call, call.body(), order=len(pipeline.stages))
    changed = replace(pipeline, stages=(*pipeline.stages, made))
    call.portal.schema.change_pipeline(_changeable(call), changed)
    return json_answer(201, _stage(made, changed))


def change_stage(call: Call) -> Answer:
    pipeline, held, body = _asked_pipeline(call), _asked_stage(call), call.body()
    told = mapping(body, "metadata")
    changed = replace(
        held,
        label=text_of(body, "label", held.label),
        display_order=whole(body, "displayOrder", held.display_order),
        metadata=_metadata(call, {**held.metadata, **told}) if told else held.metadata,
    )
    _put_stages(call, [changed if one is held else one for one in pipeline.stages])
    return json_answer(200, _stage(changed, pipeline))


def remove_stage(call: Call) -> Answer:
    held = _asked_stage(call)
    _refuse_used(call, _changeable(call).stage, held.id)
    _put_stages(call, [one for one in _asked_pipeline(call).stages if one is not held])
    return Answer(204)


def _put_stages(call: Call, stages: Sequence[Stage]) -> None:
    changed = replace(_asked_pipeline(call), stages=tuple(stages))
    call.portal.schema.change_pipeline(_changeable(call), changed)


def _new_stage(call: Call, body: Body, order: int) -> Stage:
    return Stage(
        call.portal.schema.fresh_id(),
        needed(body, "label"),
        whole(body, "displayOrder", order),
        _metadata(call, mapping(body, "metadata")),
    )


def _metadata(call: Call, told: Body) -> dict[str, str]:
    """What a stage means: for deals how likely they are won, from which it follows if closed."""
    known = {name: str(value) for name, value in told.items()}
    if call.kind is not DEALS:
        return {"isClosed": "false", **known}
    probability = known.get("probability", "")
    try:
        chance = read_number(probability)
    except ValueError:
        raise _no_probability(probability) from None
    if not 0 <= chance <= 1:
        raise _no_probability(probability)
    return {"isClosed": "true" if chance in {0, 1} else "false", "probability": probability}


def _no_probability(text: str) -> Refused:
    message = f"The metadata of a stage needs a probability between 0.0 and 1.0, not '{text}'."
    return invalid(message, probability=[text])


def _changeable(call: Call) -> ObjectType:
    if call.kind.pipeline:
        return call.kind
    raise invalid(f"The pipelines of {call.kind.name} cannot be changed here")


def _refuse_used(call: Call, name: str, value: str) -> None:
    used = [
        one.id for one in call.portal.store.shelf(call.kind).live() if one.values.get(name) == value
    ]
    if used:
        raise invalid(f"{value} is in use", ids=used[:10])


def _asked_stage(call: Call) -> Stage:
    stage = _asked_pipeline(call).stage(call.parts["stage"])
    if stage is None:
        raise no_such_resource()
    return stage


def _pipelines(call: Call) -> list[Pipeline]:
    if call.kind in {CONTACTS, COMPANIES}:
        return [call.portal.schema.lifecycle(call.kind)]
    return call.portal.schema.pipelines(call.kind)


def _asked_pipeline(call: Call) -> Pipeline:
    for one in _pipelines(call):
        if one.id == call.parts["pipeline"]:
            return one
    raise no_such_resource()


def _pipeline(one: Pipeline) -> dict[str, object]:
    return {
        "id": one.id,
        "label": one.label,
        "displayOrder": one.display_order,
        "stages": [_stage(stage, one) for stage in one.stages],
        "createdAt": iso(one.created),
        "updatedAt": iso(one.created),
        "archived": False,
    }


def _stage(one: Stage, pipeline: Pipeline) -> dict[str, object]:
    return {
        "id": one.id,
        "label": one.label,
        "displayOrder": one.display_order,
        "metadata": dict(one.metadata),
        "createdAt": iso(pipeline.created),
        "updatedAt": iso(pipeline.created),
        "archived": False,
        "writePermissions": "CRM_PERMISSIONS_ENFORCEMENT",
    }

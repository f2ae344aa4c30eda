"""What an output port gives is what the input port takes."""

from collections.abc import Iterator

from octopus.compiler.drawing import Drawing
from octopus.compiler.pointer import pointer
from octopus.domain.ports import fits
from octopus.domain.problem import Problem, ProblemCode


def port_type_mismatch(drawing: Drawing) -> Iterator[Problem]:
    for index, edge in enumerate(drawing.document.edges):
        source = drawing.outputs.get(edge.source, {}).get(edge.source_port)
        target = drawing.inputs.get(edge.target, {}).get(edge.target_port)
        if source is not None and target is not None and not fits(source.type, target.type):
            yield Problem(
                code=ProblemCode.PORT_TYPE_MISMATCH,
                message=f"`{edge.source}.{source.name}` gives a {source.type}; "
                f"`{edge.target}.{target.name}` takes a {target.type}.",
                pointer=pointer("edges", index),
                step_id=edge.target,
                port=target.name,
                edge_id=edge.id,
            )

from octopus.flow import FlowEditor, DAGNode, Edge, serve
from octopus.flow.types import InputNode, TransformNode, OutputNode
from octopus.flow.execution import FlowExecutor, ExecutionStep
from octopus.flow.callbacks import (
    FlowCallback, FlowState,
    TimingCallback, LoggingCallback, ProgressCallback
)
import asyncio

# =============================================================================
# Typed Nodes
# =============================================================================
load_node = InputNode(id="load", label="Load Data", source="database")
process_node = TransformNode(id="process", label="Process", transform_type="normalize")
save_node = OutputNode(id="save", label="Save", destination="file")

# =============================================================================
# Handler Functions
# =============================================================================
async def load_handler(context: dict, inputs: dict) -> dict:
    await asyncio.sleep(1.0)
    return {"records": 500, "source": "users_table"}

async def process_handler(context: dict, inputs: dict) -> dict:
    await asyncio.sleep(0.8)
    load_result = inputs.get("load", {})
    return {"records": load_result.get("records", 0), "processed": True}

async def save_handler(context: dict, inputs: dict) -> dict:
    await asyncio.sleep(0.5)
    process_result = inputs.get("process", {})
    return {"saved": process_result.get("records", 0), "status": "success"}

# =============================================================================
# Custom Callback
# =============================================================================
class MetricsCallback(FlowCallback):
    order = 50

    def before_node(self, state: FlowState):
        print(f"→ Starting {state.current_step.node_id}")

    def after_node(self, state: FlowState):
        node_id = state.current_step.node_id
        elapsed = state.node_times.get(node_id, 0)
        print(f"✓ Completed {node_id} in {elapsed:.2f}s")

# =============================================================================
# FlowExecutor
# =============================================================================
executor = FlowExecutor(
    graph_id="my-pipeline",
    steps=[
        ExecutionStep(node_id="load", node=load_node, depends_on=[], handler=load_handler),
        ExecutionStep(node_id="process", node=process_node, depends_on=["load"], handler=process_handler),
        ExecutionStep(node_id="save", node=save_node, depends_on=["process"], handler=save_handler),
    ],
    callbacks=[
        TimingCallback(),
        LoggingCallback(),
        ProgressCallback(),
        MetricsCallback(),
    ]
)

serve(
    FlowEditor(
        DAGNode("load", x=100, y=120, label="Load Data",
               node_type="input", icon="📥", inputs=0, outputs=1,
               port_positions={"inputs": "left", "outputs": "right"}),
        DAGNode("process", x=350, y=120, label="Process",
               node_type="transform", icon="🔄",
               port_positions={"inputs": "left", "outputs": "right"}),
        DAGNode("save", x=600, y=120, label="Save",
               node_type="output", icon="💾", inputs=1, outputs=0,
               port_positions={"inputs": "left", "outputs": "right"}),
        Edge(source="load", target="process", color="#94a3b8"),
        Edge(source="process", target="save", color="#94a3b8"),
        id="my-pipeline",
    ),
    executor,
    title="Python Execution Demo",
)

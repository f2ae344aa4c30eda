from octopus.flow import (
    FlowEditor, Node, Edge, serve,
    FlowExecutor, ExecutionStep,
)

# Define execution pipeline with dependencies
executor = FlowExecutor(
    graph_id="ml-pipeline",
    steps=[
        ExecutionStep("data_load", duration=0.8),
        ExecutionStep("preprocess", depends_on=["data_load"], duration=0.8),
        ExecutionStep("split", depends_on=["preprocess"], duration=0.8),
        ExecutionStep("train_model", depends_on=["split"], duration=2.0),
        ExecutionStep("validate", depends_on=["train_model"], duration=0.8),
        ExecutionStep("evaluate", depends_on=["validate"], duration=0.8),
        ExecutionStep("deploy", depends_on=["evaluate"], duration=0.8),
    ]
)

serve(
    FlowEditor(
        # Data preparation
        Node("data_load", x=100, y=50, label="Load Data", node_type="input",
             inputs=0, outputs=1, width=130, height=50),
        Node("preprocess", x=100, y=150, label="Preprocess", node_type="transform",
             width=130, height=50),
        Node("split", x=100, y=250, label="Train/Test Split", node_type="transform",
             width=130, height=50),

        # Model training branch
        Node("train_model", x=300, y=200, label="Train Model", node_type="llm",
             width=130, height=50),
        Node("validate", x=300, y=300, label="Validate", node_type="agent",
             width=130, height=50),

        # Evaluation
        Node("evaluate", x=500, y=250, label="Evaluate", node_type="condition",
             width=130, height=50, outputs=2),
        Node("deploy", x=650, y=150, label="Deploy", node_type="output",
             inputs=1, outputs=0, width=130, height=50),
        Node("retrain", x=650, y=350, label="Retrain", node_type="tool",
             width=130, height=50),

        # Connections
        Edge(source="data_load", target="preprocess"),
        Edge(source="preprocess", target="split"),
        Edge(source="split", target="train_model"),
        Edge(source="train_model", target="validate"),
        Edge(source="validate", target="evaluate"),
        Edge(source="evaluate", target="deploy", label="pass", source_port=0),
        Edge(source="evaluate", target="retrain", label="fail", source_port=1, dashed=True),
        Edge(source="retrain", target="train_model", dashed=True),

        id="ml-pipeline",
    ),
    executor,
    title="ML Training Pipeline",
)

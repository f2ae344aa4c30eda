"""The Dockerfile that goes with a Kubeflow pipeline whose projects' files lie beside it."""


def dockerfile(image: str) -> str:
    return f"""\
# The image of the pipeline's steps: `docker build -t {image} .` in this folder. Add what your own projects need.
FROM python:3.11-slim
RUN pip install --no-cache-dir mlflow pandas pyarrow scikit-learn scipy altair
COPY projects /projects
"""

# octopus and MLflow in one image; docker-compose.yml starts both from it. Nothing is done here that `make` does not do.

FROM python:3.11-bookworm AS build
# An empty folder whose copy below belongs to the account that runs octopus.
WORKDIR /data
WORKDIR /octopus
COPY . .
# The account that runs it cannot write here: compile now, or every start would.
ENV UV_COMPILE_BYTECODE=1
RUN make build

FROM python:3.11-bookworm
WORKDIR /octopus
COPY --from=build /octopus/.venv .venv
COPY --from=build /octopus/backend backend
COPY --from=build --chown=10001:10001 /data /data
# No process outlives its container: steps are ended with the server, in good order.
ENV PATH=/octopus/.venv/bin:$PATH \
    HOME=/data/home \
    OCTOPUS_DATA_DIR=/data/octopus \
    OCTOPUS_HOST=0.0.0.0 \
    OCTOPUS_PORT=8000 \
    OCTOPUS_STOP_STEPS=true
USER 10001:10001
VOLUME /data
EXPOSE 8000
# It refuses to listen on all interfaces without OCTOPUS_TOKEN.
CMD ["octopus", "serve", "--listen-on-all-interfaces", "--no-open"]

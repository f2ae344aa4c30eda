import { describe, expect, it } from "vitest";
import { pipelineFileName, readPipelineFile, withDefaults } from "./importing";

describe("readPipelineFile", () => {
  it("says when a file is not JSON", () => {
    expect(() => readPipelineFile("steps: []")).toThrow("not JSON");
  });

  it("says when JSON is not a pipeline", () => {
    expect(() => readPipelineFile("[1]")).toThrow("not a pipeline");
    expect(() => readPipelineFile('{"name": "x"}')).toThrow("not a pipeline");
  });
});

describe("withDefaults", () => {
  it("fills in every default and keeps what is said", () => {
    const document = withDefaults(
      readPipelineFile(
        JSON.stringify({
          schema_version: 1,
          name: "Iris",
          steps: [{ id: "load", type: "ingest", params: { bundled: "iris" } }],
          edges: [
            { source: "load", source_port: "data", target: "split", target_port: "data" },
            { id: "e1", source: "split", source_port: "train", target: "train", target_port: "train" },
          ],
        }),
      ),
    );
    expect(document.direction).toBe("TB");
    expect(document.steps[0]).toMatchObject({
      id: "load",
      label: null,
      position: null,
      enabled: true,
      params: { bundled: "iris" },
    });
    expect(document.steps[0]?.policy.resources).toEqual({ cpus: 1, gpus: 0, memory_mb: null });
    expect(document.edges.map((edge) => edge.id)).toEqual(["e2", "e1"]);
  });
});

describe("pipelineFileName", () => {
  it.each([
    ["Hello, iris", "Hello-iris.json"],
    ["../../etc/passwd", "etc-passwd.json"],
    ["   ", "pipeline.json"],
  ])("of %s is %s", (name, file) => {
    expect(pipelineFileName(name)).toBe(file);
  });
});

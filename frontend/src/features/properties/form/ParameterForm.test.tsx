import { ThemeProvider } from "@mui/material/styles";
import { fireEvent, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { run as axe } from "axe-core";
import { useState } from "react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { theme } from "@/app/theme";
import { setParams } from "@/domain/edit";
import { emptyDocument } from "@/domain/pipeline";
import type { Problem } from "@/domain/problem";
import { addStep } from "@/domain/edit";
import { edit, openDocument, undo, useDocument } from "@/stores/document";
import type { JsonObject, Schema } from "../schema/json";
import ParameterForm from "./ParameterForm";

const SCHEMA: Schema = {
  type: "object",
  additionalProperties: false,
  required: ["target"],
  properties: {
    target: { type: "string", title: "Target", minLength: 1, description: "What to predict." },
    ratios: {
      type: "array",
      items: { type: "number", minimum: 0 },
      minItems: 3,
      maxItems: 3,
      default: [0.75, 0.125, 0.125],
      title: "Ratios",
    },
    method: { type: "string", enum: ["hash", "random"], default: "hash", title: "Method" },
    seed: { type: "integer", minimum: 0, default: 42, title: "Seed" },
    limit: { anyOf: [{ type: "integer", minimum: 1 }, { type: "null" }], default: null, title: "Limit" },
    shuffle: { type: "boolean", default: true, title: "Shuffle" },
    tags: { type: "object", additionalProperties: { type: "string" }, default: {}, title: "Tags" },
    params: { type: "object", additionalProperties: {}, default: {}, title: "Hyperparameters" },
    criteria: {
      type: "array",
      default: [],
      title: "Criteria",
      items: {
        type: "object",
        title: "Criterion",
        required: ["metric"],
        properties: {
          metric: { type: "string", title: "Metric" },
          threshold: { type: "number", default: 0.5, title: "Threshold" },
        },
      },
    },
  },
};

vi.setConfig({ testTimeout: 30_000 }); // a form of nine fields takes its time in a simulated browser

const log: { params: JsonObject; gesture: string }[] = [];

function Form({ initial = {}, problems = [] }: { initial?: JsonObject; problems?: Problem[] }) {
  const [params, setShown] = useState(initial);
  return (
    <ThemeProvider theme={theme}>
      <ParameterForm
        stepId="split"
        paramsSchema={SCHEMA}
        params={params}
        problems={problems}
        readOnly={false}
        datasets={null}
        columns={["age", "sex"]}
        onChange={(next, gesture) => {
          log.push({ params: next, gesture });
          setShown(next);
        }}
      />
    </ThemeProvider>
  );
}

const last = () => log.at(-1)?.params;

beforeEach(() => {
  log.length = 0;
});

describe("ParameterForm", () => {
  it("shows every parameter of the schema with its default", () => {
    render(<Form />);
    expect(screen.getByLabelText("Seed")).toHaveValue("42");
    expect(screen.getByRole("combobox", { name: /Method/ })).toHaveTextContent("hash");
    expect(screen.getByRole("switch", { name: "Shuffle" })).toBeChecked();
    const ratios = within(screen.getByRole("group", { name: "Ratios" }));
    expect(ratios.getAllByRole("textbox").map((input) => (input as HTMLInputElement).value)).toEqual([
      "0.75",
      "0.125",
      "0.125",
    ]);
    expect(ratios.getByText("Sum 1")).toBeInTheDocument();
    expect(screen.getByText("What to predict.")).toBeInTheDocument();
  });

  it("says at once what is wrong, and stops saying it when it is right", async () => {
    const user = userEvent.setup();
    render(<Form initial={{ target: "y" }} />);
    const seed = screen.getByLabelText("Seed");
    await user.clear(seed);
    await user.type(seed, "abc");
    expect(screen.getByText("Must be a whole number.")).toBeInTheDocument();
    expect(last()).toEqual({ target: "y", seed: "abc" });
    await user.clear(seed);
    await user.type(seed, "7");
    expect(screen.queryByText("Must be a whole number.")).not.toBeInTheDocument();
    expect(last()).toEqual({ target: "y", seed: 7 });
  });

  it("asks for what is required", () => {
    render(<Form />);
    expect(screen.getByText("Needs a value.")).toBeInTheDocument();
  });

  it("keeps what is half typed", async () => {
    const user = userEvent.setup();
    render(<Form initial={{ target: "y" }} />);
    const first = within(screen.getByRole("group", { name: "Ratios" })).getAllByRole("textbox")[0] as HTMLInputElement;
    await user.clear(first);
    await user.type(first, "0.");
    expect(first).toHaveValue("0.");
    expect(first).toHaveFocus();
    await user.type(first, "5");
    expect(last()).toEqual({ target: "y", ratios: [0.5, 0.125, 0.125] });
  });

  it("makes one gesture of what is typed into a field, and another of the next visit", async () => {
    const user = userEvent.setup();
    render(<Form initial={{ target: "" }} />);
    await user.type(screen.getByLabelText(/Target/), "label");
    const first = new Set(log.map((change) => change.gesture));
    await user.click(screen.getByLabelText("Seed"));
    await user.type(screen.getByLabelText(/Target/), "s");
    expect(first.size).toBe(1);
    expect(first).not.toContain(log.at(-1)?.gesture);
  });

  it("makes each flick of a switch a gesture of its own", async () => {
    const user = userEvent.setup();
    render(<Form />);
    await user.click(screen.getByRole("switch", { name: "Shuffle" }));
    await user.click(screen.getByRole("switch", { name: "Shuffle" }));
    expect(new Set(log.map((change) => change.gesture)).size).toBe(2);
  });

  it("resets a changed parameter to its default, and offers that only then", async () => {
    const user = userEvent.setup();
    render(<Form initial={{ target: "y", seed: 7 }} />);
    expect(screen.queryByRole("button", { name: "Reset Shuffle to its default" })).not.toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Reset Seed to its default" }));
    expect(last()).toEqual({ target: "y" });
    expect(screen.getByLabelText("Seed")).toHaveValue("42");
  });

  it("takes an emptied nullable number for none", async () => {
    const user = userEvent.setup();
    render(<Form initial={{ target: "y", limit: 5 }} />);
    await user.clear(screen.getByLabelText("Limit"));
    expect(last()).toEqual({ target: "y", limit: null });
    expect(screen.queryByRole("alert")).not.toBeInTheDocument();
  });

  it("steps numbers with the arrow keys within their range", async () => {
    const user = userEvent.setup();
    render(<Form initial={{ target: "y", seed: 0 }} />);
    screen.getByLabelText("Seed").focus();
    await user.keyboard("{ArrowDown}");
    expect(screen.getByLabelText("Seed")).toHaveValue("0");
    await user.keyboard("{ArrowUp}{ArrowUp}");
    expect(last()).toEqual({ target: "y", seed: 2 });
  });

  it("adds, fills and removes rows of a list of objects", async () => {
    const user = userEvent.setup();
    render(<Form initial={{ target: "y" }} />);
    await user.click(screen.getByRole("button", { name: "Add criterion" }));
    const row = within(screen.getByRole("group", { name: "criterion 1" }));
    expect(row.getByText("Metric: Needs a value.")).toBeInTheDocument();
    await user.type(row.getByLabelText("Metric, criterion 1"), "recall");
    expect(last()).toEqual({ target: "y", criteria: [{ metric: "recall", threshold: 0.5 }] });
    await user.click(screen.getByRole("button", { name: "Remove criterion 1" }));
    expect(last()).toEqual({ target: "y", criteria: [] });
  });

  it("reads values of a dictionary as JSON where any value may stand, as text where only text may", async () => {
    const user = userEvent.setup();
    render(<Form initial={{ target: "y", params: { depth: 3 }, tags: { team: "3" } }} />);
    const params = within(screen.getByRole("group", { name: "Hyperparameters" }));
    await user.clear(params.getByLabelText("Value of depth"));
    await user.type(params.getByLabelText("Value of depth"), "12");
    expect(last()).toMatchObject({ params: { depth: 12 } });
    const tags = within(screen.getByRole("group", { name: "Tags" }));
    await user.type(tags.getByLabelText("Value of team"), "4");
    expect(last()).toMatchObject({ tags: { team: "34" } });
  });

  it("keeps a dictionary's row whose name is taken until it is free", async () => {
    const user = userEvent.setup();
    render(<Form initial={{ target: "y", params: { a: 1 } }} />);
    const params = within(screen.getByRole("group", { name: "Hyperparameters" }));
    await user.click(params.getByRole("button", { name: "Add value" }));
    await user.type(params.getByLabelText("Name 2"), "a");
    expect(params.getByText("This name is taken.")).toBeInTheDocument();
    await user.type(params.getByLabelText("Name 2"), "b");
    await user.type(params.getByLabelText("Value of ab"), "true");
    expect(last()).toMatchObject({ params: { a: 1, ab: true } });
  });

  it("shows what the server says at the field it is about", () => {
    const problem: Problem = {
      code: "invalid_parameter",
      severity: "error",
      message: "No such column arrives here.",
      pointer: "/steps/0/params/target",
      step_id: "split",
      port: null,
      edge_id: null,
    };
    render(<Form initial={{ target: "y" }} problems={[problem]} />);
    expect(screen.getByText("No such column arrives here.")).toBeInTheDocument();
  });

  it("shows another value at once when it changes from outside, as undo does", () => {
    const view = (params: JsonObject) => (
      <ThemeProvider theme={theme}>
        <ParameterForm
          stepId="s"
          paramsSchema={SCHEMA}
          params={params}
          problems={[]}
          readOnly={false}
          datasets={null}
          columns={[]}
          onChange={() => undefined}
        />
      </ThemeProvider>
    );
    const { rerender } = render(view({ target: "a" }));
    fireEvent.change(screen.getByLabelText(/Target/), { target: { value: "ab" } });
    rerender(view({ target: "z" }));
    expect(screen.getByLabelText(/Target/)).toHaveValue("z");
  });

  it("is accessible", async () => {
    const { container } = render(
      <Form initial={{ criteria: [{ metric: "recall" }], params: { depth: 3 }, seed: 7 }} />,
    );
    const { violations } = await axe(container, {
      rules: { "color-contrast": { enabled: false }, region: { enabled: false } },
    });
    expect(
      violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join("\n")}`),
    ).toEqual([]);
  });
});

describe("with the document store", () => {
  it("takes all that was typed into a field back with one undo", async () => {
    const user = userEvent.setup();
    openDocument(addStep(emptyDocument(), { id: "split" }, { x: 0, y: 0 }).document, null);
    function Connected() {
      const params = useDocument((state) => state.document.steps[0]?.params ?? {});
      return (
        <ThemeProvider theme={theme}>
          <ParameterForm
            stepId="split"
            paramsSchema={SCHEMA}
            params={params}
            problems={[]}
            readOnly={false}
            datasets={null}
            columns={[]}
            onChange={(next, gesture) => edit((document) => setParams(document, "split", next), gesture)}
          />
        </ThemeProvider>
      );
    }
    render(<Connected />);
    await user.type(screen.getByLabelText(/Target/), "species");
    expect(useDocument.getState().document.steps[0]?.params).toEqual({ target: "species" });
    undo();
    expect(useDocument.getState().document.steps[0]?.params).toEqual({});
  });
});

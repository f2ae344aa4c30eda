import { ThemeProvider } from "@mui/material/styles";
import { fireEvent, render, screen } from "@testing-library/react";
import { useState } from "react";
import { describe, expect, it, vi } from "vitest";
import { theme } from "@/app/theme";
import type { JsonObject, Schema } from "../schema/json";
import ParameterForm from "./ParameterForm";

vi.setConfig({ testTimeout: 30_000 });

const SCHEMA: Schema = {
  type: "object",
  properties: {
    note: { type: "string", title: "Note", default: "", "x-octopus-literal": true },
    arguments: {
      type: "object",
      title: "Arguments",
      default: {},
      properties: {
        limit: { type: "integer" },
        ratio: { type: "number", default: 0.5 },
        shuffle: { type: "boolean", default: true },
        kind: { enum: ["a", "b"], default: "b" },
      },
      additionalProperties: false,
    },
  },
};

let shown: JsonObject = {};

function Form({ initial = {} }: { initial?: JsonObject }) {
  const [params, setParams] = useState(initial);
  shown = params;
  const missing = {
    code: "missing_argument",
    severity: "error" as const,
    message: "The function needs a value for its parameter `limit`.",
    pointer: "/steps/0/params/arguments/limit",
    step_id: "own",
    port: null,
    edge_id: null,
  };
  return (
    <ThemeProvider theme={theme}>
      <ParameterForm
        stepId="own"
        paramsSchema={SCHEMA}
        params={params}
        problems={"limit" in ((params.arguments ?? {}) as JsonObject) ? [] : [missing]}
        readOnly={false}
        datasets={null}
        columns={[]}
        references={[]}
        onChange={setParams}
      />
    </ThemeProvider>
  );
}

describe("arguments of the user's own function", () => {
  it("have a field each; a missing one says so there", () => {
    render(<Form />);
    const limit = screen.getByRole("textbox", { name: "Limit" });
    expect(limit).toHaveAccessibleDescription(/needs a value for its parameter/);
    fireEvent.change(limit, { target: { value: "7" } });
    expect(shown).toEqual({ arguments: { limit: 7 } });
    expect(screen.queryByText(/needs a value/)).toBeNull();
  });

  it("show their defaults, which the document need not say", () => {
    render(<Form />);
    expect(screen.getByRole("textbox", { name: "Ratio" })).toHaveAttribute("placeholder", "0.5");
    expect(screen.getByRole("switch", { name: "Shuffle" })).toBeChecked();
    expect(screen.getByRole("combobox", { name: /Kind/ })).toHaveTextContent("b");
    fireEvent.click(screen.getByRole("switch", { name: "Shuffle" }));
    expect(shown).toEqual({ arguments: { shuffle: false } });
  });
});

describe("text that stands for itself", () => {
  it("stays in its own field whatever it looks like", () => {
    render(<Form initial={{ note: "${HOME}" }} />);
    expect(screen.getByLabelText("Note")).toHaveValue("${HOME}");
    expect(screen.queryByPlaceholderText("${params.name}")).toBeNull();
    expect(screen.getAllByRole("button", { name: "Use an expression" })).toHaveLength(5);
  });
});

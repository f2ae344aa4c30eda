import { ThemeProvider } from "@mui/material/styles";
import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { theme } from "@/app/theme";
import type { JsonObject, Schema } from "../schema/json";
import ParameterForm from "./ParameterForm";

vi.setConfig({ testTimeout: 30_000 });

const SCHEMA: Schema = {
  type: "object",
  properties: {
    threshold: { type: "number", minimum: 0, maximum: 1, default: 0.5, title: "Threshold" },
    shuffle: { type: "boolean", default: true, title: "Shuffle" },
  },
};
const OFFERS = [
  { text: "${params.goal}", detail: "0.9" },
  { text: "${steps.evaluate.metrics.recall}", detail: "0.8 in the shown run" },
];

let last: JsonObject | null = null;

function Form({ initial = {} }: { initial?: JsonObject }) {
  const [params, setShown] = useState(initial);
  return (
    <ThemeProvider theme={theme}>
      <ParameterForm
        stepId="train"
        paramsSchema={SCHEMA}
        params={params}
        problems={[]}
        readOnly={false}
        datasets={null}
        columns={[]}
        references={OFFERS}
        onChange={(next) => {
          last = next;
          setShown(next);
        }}
      />
    </ThemeProvider>
  );
}

const field = (name: string) => {
  const found = document.querySelector<HTMLElement>(`[data-parameter="${name}"]`);
  if (!found) throw new Error(`There is no field ${name}.`);
  return within(found);
};

beforeEach(() => {
  last = null;
});

describe("a field that is not text", () => {
  it("holds a reference that is picked from what may be referred to, and is not found at fault for it", async () => {
    const user = userEvent.setup();
    render(<Form />);
    await user.click(field("threshold").getByRole("button", { name: "Use an expression" }));
    await user.click(field("threshold").getByRole("combobox"));
    expect(screen.getAllByRole("option")).toHaveLength(2);
    await user.click(screen.getByRole("option", { name: /params\.goal/ }));
    expect(last).toEqual({ threshold: "${params.goal}" });
    expect(screen.queryByRole("alert")).not.toBeInTheDocument();
  });

  it("shows the reference it holds, and goes back to its default when a plain value is wanted", async () => {
    const user = userEvent.setup();
    render(<Form initial={{ shuffle: "${params.goal}" }} />);
    expect(field("shuffle").getByRole("combobox")).toHaveValue("${params.goal}");
    await user.click(field("shuffle").getByRole("button", { name: "Use a plain value" }));
    expect(last).toEqual({});
    expect(screen.getByRole("switch", { name: "Shuffle" })).toBeChecked();
  });

  it("still says what is wrong with a plain value", async () => {
    const user = userEvent.setup();
    render(<Form initial={{ threshold: 2 }} />);
    expect(screen.getByText("Must be at most 1.")).toBeInTheDocument();
    await user.click(screen.getByRole("button", { name: "Reset Threshold to its default" }));
    expect(last).toEqual({});
  });
});

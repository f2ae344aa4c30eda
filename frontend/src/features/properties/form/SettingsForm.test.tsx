import { ThemeProvider } from "@mui/material/styles";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { run as axe } from "axe-core";
import { useState } from "react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { theme } from "@/app/theme";
import { DEFAULT_POLICY, type Policy } from "@/domain/pipeline";
import type { Problem } from "@/domain/problem";
import { changedCount, POLICY_SCHEMA, policyProblems, policyValues, withValues } from "../policy";
import SettingsForm from "./SettingsForm";

vi.setConfig({ testTimeout: 30_000 });

const log: Policy[] = [];

function Form({ problems = [] }: { problems?: Problem[] }) {
  const [policy, setPolicy] = useState(DEFAULT_POLICY);
  return (
    <ThemeProvider theme={theme}>
      <SettingsForm
        id="train"
        label="Policy"
        schema={POLICY_SCHEMA}
        values={policyValues(policy)}
        problems={policyProblems(problems, "train")}
        onChange={(values) => {
          const next = withValues(policy, values);
          log.push(next);
          setPolicy(next);
        }}
      />
    </ThemeProvider>
  );
}

beforeEach(() => {
  log.length = 0;
});

describe("the form of a policy", () => {
  it("shows every setting with its default and none as changed", () => {
    render(<Form />);
    expect(screen.getByLabelText("Retries")).toHaveValue("0");
    expect(screen.getByLabelText("Retry delay, s")).toHaveValue("1");
    expect(screen.getByRole("switch", { name: "Reuse earlier results" })).toBeChecked();
    expect(screen.queryByRole("button", { name: /Reset/ })).not.toBeInTheDocument();
    expect(changedCount(DEFAULT_POLICY)).toBe(0);
  });

  it("changes the policy, and back by one press", async () => {
    const user = userEvent.setup();
    render(<Form />);
    await user.clear(screen.getByLabelText("Retries"));
    await user.type(screen.getByLabelText("Retries"), "2");
    expect(log.at(-1)).toEqual({ ...DEFAULT_POLICY, retries: 2 });
    await user.type(screen.getByLabelText("Time limit, s"), "0.5");
    expect(log.at(-1)).toMatchObject({ retries: 2, timeout_s: 0.5 });
    expect(changedCount(log.at(-1) ?? DEFAULT_POLICY)).toBe(2);
    await user.click(screen.getByRole("button", { name: "Reset Retries to its default" }));
    expect(log.at(-1)).toMatchObject({ retries: 0, timeout_s: 0.5 });
  });

  it("keeps what is not valid out of the document, and on the screen", async () => {
    const user = userEvent.setup();
    render(<Form />);
    await user.clear(screen.getByLabelText("CPUs"));
    await user.type(screen.getByLabelText("CPUs"), "many");
    expect(screen.getByLabelText("CPUs")).toHaveValue("many");
    expect(screen.getByText("Must be a whole number.")).toBeInTheDocument();
    expect(log.every((policy) => policy.resources.cpus === 1)).toBe(true);
    await user.clear(screen.getByLabelText("CPUs"));
    await user.type(screen.getByLabelText("CPUs"), "2");
    expect(log.at(-1)?.resources).toEqual({ cpus: 2, gpus: 0, memory_mb: null });
    expect(screen.queryByRole("alert")).not.toBeInTheDocument();
  });

  it("shows what the server says at the field it is about", () => {
    const problem: Problem = {
      code: "resources_exceed_machine",
      severity: "error",
      message: "This machine has 2 cpus.",
      pointer: "/steps/3/policy/resources/cpus",
      step_id: "train",
      port: null,
      edge_id: null,
    };
    render(<Form problems={[problem]} />);
    expect(screen.getByText("This machine has 2 cpus.")).toBeInTheDocument();
  });

  it("is accessible", async () => {
    const { container } = render(<Form />);
    const { violations } = await axe(container, {
      rules: { "color-contrast": { enabled: false }, region: { enabled: false } },
    });
    expect(violations.map((violation) => violation.id)).toEqual([]);
  });
});

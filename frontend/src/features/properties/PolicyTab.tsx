/** How attempts of the step are made: tried again, cut off, reused, where and with how much of the machine. */
import { setPolicy } from "@/domain/edit";
import type { Step } from "@/domain/pipeline";
import type { Problem } from "@/domain/problem";
import { edit } from "@/stores/document";
import SettingsForm from "./form/SettingsForm";
import { POLICY_SCHEMA, policyProblems, policyValues, withValues } from "./policy";

export default function PolicyTab({ step, problems }: { readonly step: Step; readonly problems: readonly Problem[] }) {
  return (
    <SettingsForm
      id={step.id}
      label="Policy"
      schema={POLICY_SCHEMA}
      values={policyValues(step.policy)}
      problems={policyProblems(problems, step.id)}
      onChange={(values, gesture) =>
        edit((document) => setPolicy(document, step.id, withValues(step.policy, values)), `policy ${gesture}`)
      }
    />
  );
}

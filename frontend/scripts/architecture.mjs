// Checks the layers of .dependency-cruiser.cjs. A cruise that saw no module proves nothing, so that fails as well.
import { spawnSync } from "node:child_process";

const cruise = spawnSync("npx", ["depcruise", "--config", ".dependency-cruiser.cjs", "--output-type", "json", "src"], {
  encoding: "utf8",
  maxBuffer: 256 * 1024 * 1024,
});
if (!cruise.stdout) {
  console.error(cruise.stderr);
  process.exit(1);
}
const { summary } = JSON.parse(cruise.stdout);
const own = summary.totalCruised;
for (const { rule, from, to } of summary.violations) console.error(`${rule.severity} ${rule.name}: ${from} -> ${to}`);
console.log(`${own} modules cruised, ${summary.violations.length} violations`);
process.exit(own > 0 && summary.violations.length === 0 ? 0 : 1);

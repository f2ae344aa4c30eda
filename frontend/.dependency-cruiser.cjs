// The layers of the client, lowest first. A module imports only from layers before its own; features are strangers.
const LAYERS = ["domain", "api", "stores", "live", "commands", "features", "app"];

const upwards = LAYERS.slice(0, -1).map((layer, index) => ({
  name: `${layer}-imports-only-downwards`,
  severity: "error",
  from: { path: `^src/${layer}/`, pathNot: "\\.test\\.tsx?$" },
  to: { path: `^src/(${[...LAYERS.slice(index + 1), "test"].join("|")})/` },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...upwards,
    {
      name: "domain-is-pure",
      comment: "domain knows neither React nor the server nor the drawing library; dagre is pure arithmetic",
      severity: "error",
      from: { path: "^src/domain/", pathNot: "\\.test\\.tsx?$" },
      to: { pathNot: ["^src/domain/", "^node_modules/@dagrejs/"] },
    },
    {
      name: "ui-knows-only-the-domain",
      comment: "shared looks (badges, icons, empty states) know no store and no server",
      severity: "error",
      from: { path: "^src/ui/", pathNot: "\\.test\\.tsx?$" },
      to: { path: "^src/(api|stores|live|commands|features|app|test)/" },
    },
    {
      name: "features-are-strangers",
      severity: "error",
      from: { path: "^src/features/([^/]+)/" },
      to: { path: "^src/features/([^/]+)/", pathNot: "^src/features/$1/" },
    },
    {
      name: "only-the-drawings-know-react-flow",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/features/(canvas|flow)/" },
      to: { path: "@xyflow/" },
    },
    {
      name: "no-cycles",
      comment: "a form field can hold a form: that recursion stays inside features/properties/form",
      severity: "error",
      from: { pathNot: "^src/features/properties/form/" },
      to: { circular: true },
    },
    { name: "no-missing-modules", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "types", "default"] },
  },
};

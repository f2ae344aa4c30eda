import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const SERVER = process.env.OCTOPUS_DEV_SERVER ?? "http://127.0.0.1:8000";
const TOKEN = process.env.OCTOPUS_TOKEN;

// `make dev` starts both with one token: the browser that talks to vite need not log in.
const toServer = {
  target: SERVER,
  ws: true,
  ...(TOKEN ? { headers: { authorization: `Bearer ${TOKEN}` } } : {}),
};

// The built client is served by the Python package, so it is built straight into it.
export default defineConfig({
  plugins: [react()],
  resolve: { tsconfigPaths: true },
  build: {
    outDir: "../backend/octopus/web",
    emptyOutDir: true,
    manifest: true,
    target: "es2022",
    assetsInlineLimit: 0,
    // The editor, and the page of a flow that a Python program serves.
    rolldownOptions: { input: ["index.html", "flow.html"] },
  },
  server: {
    host: "127.0.0.1",
    proxy: {
      "/api": toServer,
      "/mlflow": toServer,
      "/execute": toServer,
    },
  },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/test/setup.ts"],
    restoreMocks: true,
  },
});

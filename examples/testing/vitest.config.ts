/** `npx vitest run --root examples/testing` runs the example. */
import { defineConfig } from "vitest/config";

export default defineConfig({ test: { include: ["*.example.ts"], exclude: ["node-test.example.ts"] } });

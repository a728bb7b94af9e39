#!/usr/bin/env node
/** Draws every page and dialog of the dashboard, light and dark, narrow and wide, into `screenshots/`. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const cwd = fileURLToPath(new URL("..", import.meta.url));
const env = { ...process.env, KEYWRIGHT_SCREENSHOTS: "1", KEYWRIGHT_TEST_REQUIRE: "chromium" };
const args = ["--no-install", "vitest", "run", "--project", "e2e", "e2e/src/dashboard-views.test.ts", "e2e/src/dashboard-people.test.ts"];
const { status } = spawnSync("npx", args, { cwd, env, stdio: "inherit", shell: process.platform === "win32" });
console.log("The pictures are in screenshots/.");
process.exit(status ?? 1);

#!/usr/bin/env node
/** Starts the built command line. Plain JavaScript, so that it can say what is missing before anything is built. */
import process from "node:process";

const loadRun = async () => {
  try {
    return (await import("../dist/main.js")).run;
  } catch (error) {
    if (error?.code !== "ERR_MODULE_NOT_FOUND") throw error;
    return undefined;
  }
};

const run = await loadRun();
if (run === undefined) {
  process.stderr.write("Keywright is not built yet: run `npm run build` (or `npm start`, which does it for you).\n");
  process.exitCode = 1;
} else {
  // Whoever reads the output may stop early, as `head` does.
  process.stdout.on("error", (error) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
  const { stdin, stdout, stderr, env } = process;
  const isTty = { stdin: stdin.isTTY === true, stdout: stdout.isTTY === true, stderr: stderr.isTTY === true };
  process.exitCode = await run(process.argv.slice(2), { stdin, stdout, stderr, isTty, env, nowMs: Date.now });
}

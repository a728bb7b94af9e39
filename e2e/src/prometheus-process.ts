import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describeWith } from "@keywright/drivers/testing";
import { expect } from "vitest";
import { freePort, makeFolder, removeFolder, root } from "./keywright-process.ts";

export const run = promisify(execFile);

/** A suite that wants a Prometheus, as `describeWith` does. */
export const describeWithPrometheus = async (name: string, suite: () => void | Promise<void>): Promise<void> => {
  const version = await run("promtool", ["--version"]).then(
    ({ stdout }) => /version (\S+)/.exec(stdout)?.[1] ?? "",
    () => undefined,
  );
  describeWith({ need: "prometheus", version, reason: "no prometheus on the PATH" }, name, suite);
};

export interface Prometheus {
  /** The `data` of an answer of its API. */
  ask<T>(path: string, query?: Record<string, string>): Promise<T>;
  stop(): Promise<void>;
}

/** The shipped configuration and rules, for this server, at a test's pace: everything each second, and no rule waits. */
export const startPrometheus = async (target: string, rootKey: string): Promise<Prometheus> => {
  const folder = await makeFolder("prometheus");
  const port = await freePort();
  const [config, rules] = await Promise.all(["prometheus.yml", "alerts.yml"].map((file) => readFile(join(root, "ops/prometheus", file), "utf8")));
  await Promise.all([
    writeFile(join(folder, "prometheus.yml"), (config ?? "").replaceAll("15s", "1s").replace("127.0.0.1:4747", target)),
    writeFile(join(folder, "alerts.yml"), (rules ?? "").replaceAll(/for: \w+/g, "for: 0s")),
    writeFile(join(folder, "keywright-metrics.key"), rootKey),
  ]);
  const args = [`--config.file=${folder}/prometheus.yml`, `--storage.tsdb.path=${folder}/data`, `--web.listen-address=127.0.0.1:${port}`];
  const child = spawn("prometheus", args, { stdio: ["ignore", "ignore", "pipe"] });
  const said = { text: "" };
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    if (said.text.length < 100_000) said.text += text;
  });
  const ask = async <T>(path: string, query: Record<string, string> = {}): Promise<T> => {
    const reply = await fetch(`http://127.0.0.1:${port}/api/v1/${path}?${new URLSearchParams(query)}`);
    const answer = (await reply.json()) as { readonly status: string; readonly data: T };
    if (answer.status !== "success") throw new Error(`${path} ${JSON.stringify(query)}: ${JSON.stringify(answer)}`);
    return answer.data;
  };
  const isReady = () =>
    fetch(`http://127.0.0.1:${port}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  await expect.poll(isReady, { timeout: 60_000, message: said.text }).toBe(true);
  return {
    ask,
    stop: async () => {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
      await removeFolder(folder);
    },
  };
};

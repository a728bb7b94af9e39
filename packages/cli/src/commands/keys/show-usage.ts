import type { EndpointReply } from "@keywright/contract";
import { type Command, Option } from "commander";
import { defined } from "../../defined.ts";
import { addExamples } from "../../examples.ts";
import { moment } from "../../option-values.ts";
import type { Paper } from "../../paper.ts";
import type { OpenSession, Session } from "../../session.ts";
import { type Moment, resolveMoment } from "../../times.ts";
import { shownTime } from "../../view.ts";

interface UsageOptions {
  readonly from?: Moment;
  readonly to?: Moment;
  readonly granularity?: "hour" | "day";
}

export const addShowUsage = (keys: Command, open: OpenSession): void => {
  const command = keys
    .command("usage")
    .description("Show an API key's requests, refusals by code and last use.")
    .argument("<key-id>", "the key's id, key_…")
    .option("--from <time>", "start: a time, or how long ago, such as 30d; 7 days ago unless said", moment)
    .option("--to <time>", "end; now unless said", moment)
    .addOption(new Option("--granularity <step>", "day unless said").choices(["hour", "day"]))
    .action((keyId: string, options: UsageOptions) => showUsage(open(), keyId, options));
  addExamples(command, ["keywright keys usage key_…", "keywright keys usage key_… --from 24h --granularity hour --json"]);
};

const showUsage = async ({ io, output, connect }: Session, keyId: string, { from, to, granularity }: UsageOptions): Promise<void> => {
  const nowMs = io.nowMs();
  const query = defined({ from: resolveMoment(from, nowMs), to: resolveMoment(to, nowMs), granularity });
  const usage = await (await connect()).call("get-key-usage", { params: { key_id: keyId }, query });
  output.show(usage, (paper) => usageText(paper, usage));
};

type Usage = EndpointReply<"get-key-usage">;

export const usageText = (paper: Paper, usage: Usage): string => {
  const refusals = Object.entries(usage.errors).map(([code, count]) => `${code} ${count}`);
  const summary = paper.fields([
    ["Range", `${shownTime(usage.from, "")} to ${shownTime(usage.to, "")}`],
    ["Requests", String(usage.requests)],
    ["Refused", refusals.length === 0 ? "none" : refusals.join(", ")],
    ...(usage.responses.requests === 0 ? [] : [["Responses", responsesText(usage.responses)] as const]),
    ["Last used", `${shownTime(usage.last_used_at, "never")}${usage.last_used_ip === null ? "" : ` from ${usage.last_used_ip}`}`],
  ]);
  const steps = usage.series.map(({ start, requests, errors }) => [shownTime(start, ""), String(requests), String(errors)]);
  const endpoints = usage.endpoints.map(({ endpoint, requests }) => [endpoint, String(requests)]);
  const groups = (usage.groups ?? []).map(({ requests, errors, ...group }) => [...Object.values(group), String(requests), String(errors)]);
  const heads = Object.keys(usage.groups?.[0] ?? {}).map((name) => name.toUpperCase().replace("ERRORS", "REFUSED"));
  return [
    summary,
    ...(groups.length > 0 ? [paper.table(heads, groups)] : []),
    ...(steps.length > 0 ? [paper.table([usage.granularity.toUpperCase(), "REQUESTS", "REFUSED"], steps)] : []),
    ...(endpoints.length > 0 ? [paper.table(["ENDPOINT", "REQUESTS"], endpoints)] : []),
  ].join("\n\n");
};

const responsesText = ({ statuses, latency_ms: latency }: Usage["responses"]): string => {
  const counts = Object.entries(statuses).map(([status, count]) => `${status} ${count}`);
  return latency === null ? counts.join(", ") : `${counts.join(", ")}; half within ${latency.p50} ms, 99 % within ${latency.p99} ms`;
};

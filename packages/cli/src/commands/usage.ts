import { endpoints, usageDimensions, type Verdict, verdicts } from "@keywright/contract";
import { type Command, Option } from "commander";
import { defined } from "../defined.ts";
import { addExamples } from "../examples.ts";
import { moment } from "../option-values.ts";
import type { OpenSession, Session } from "../session.ts";
import { type Moment, resolveMoment } from "../times.ts";
import { usageText } from "./keys/show-usage.ts";

interface UsageOptions {
  readonly tenant?: string;
  readonly key?: string;
  readonly endpoint?: string;
  readonly code?: Verdict;
  readonly from?: Moment;
  readonly to?: Moment;
  readonly granularity?: "hour" | "day";
  readonly groupBy?: string;
}

const addFilters = (command: Command): Command =>
  command
    .option("--tenant <tenant-id>", "of one tenant; of the whole platform unless said")
    .option("--key <key-id>", "of one API key")
    .option("--endpoint <endpoint>", "of one endpoint, as it is verified under")
    .addOption(new Option("--code <code>", "verifications with this verdict").choices(verdicts))
    .option("--from <time>", "start: a time, or how long ago, such as 30d; 7 days ago unless said", moment)
    .option("--to <time>", "end; now unless said", moment)
    .addOption(new Option("--granularity <step>", "day unless said").choices(["hour", "day"]))
    .option("--group-by <names>", `up to three of ${usageDimensions.join(", ")}, with commas between`);

export const addUsage = (program: Command, open: OpenSession): void => {
  const usage = program.command("usage").description("Read what keys were used for.");
  const show = addFilters(usage.command("show").description("Show requests, refusals, responses and groups.")).action((options: UsageOptions) =>
    showUsage(open(), options),
  );
  addExamples(show, ["keywright usage show --tenant ten_… --group-by key", "keywright usage show --from 30d --group-by endpoint,code --json"]);
  const csv = addFilters(usage.command("export").description("Write rows to standard output as they are read: CSV, or with --json JSON.")).action(
    (options: UsageOptions) => exportUsage(open(), options),
  );
  addExamples(csv, ["keywright usage export --from 90d --group-by key,code > usage.csv"]);
};

const queryOf = ({ tenant, key, endpoint, code, from, to, granularity, groupBy }: UsageOptions, nowMs: number) =>
  defined({
    tenant_id: tenant,
    key_id: key,
    endpoint,
    code,
    from: resolveMoment(from, nowMs),
    to: resolveMoment(to, nowMs),
    granularity,
    group_by: groupBy,
  });

const showUsage = async ({ io, output, connect }: Session, options: UsageOptions): Promise<void> => {
  const query = queryOf(options, io.nowMs());
  const usage = await (await connect()).call("get-usage", { query });
  output.show(usage, (paper) => usageText(paper, usage));
};

const exportUsage = ({ io, output, download }: Session, options: UsageOptions): Promise<void> =>
  download(endpoints["export-usage"].path, { ...queryOf(options, io.nowMs()), format: output.isJson ? "json" : "csv" });

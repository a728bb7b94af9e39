import type { EndpointReply } from "@keywright/contract";
import type { Command } from "commander";
import { defined } from "../defined.ts";
import { addExamples } from "../examples.ts";
import { moment } from "../option-values.ts";
import type { Paper } from "../paper.ts";
import { addPagingOptions, noteNext, type PagingOptions, readPages } from "../read-pages.ts";
import type { OpenSession, Session } from "../session.ts";
import { type Moment, resolveMoment } from "../times.ts";
import { shownTime } from "../view.ts";

interface ListOptions extends PagingOptions {
  readonly tenant?: string;
  readonly key?: string;
  readonly refused?: true;
  readonly endpoint?: string;
  readonly ip?: string;
  readonly search?: string;
  readonly from?: Moment;
  readonly to?: Moment;
}

export const addRequests = (program: Command, open: OpenSession): void => {
  const requests = program.command("requests").description("Read the request log, and why a request was refused.");
  const list = requests
    .command("list")
    .description("List the latest verifications, newest first.")
    .option("--tenant <tenant-id>", "those of one tenant")
    .option("--key <key-id>", "those of one API key")
    .option("--refused", "refusals alone")
    .option("--endpoint <endpoint>", "those of one endpoint, as it is verified under")
    .option("--ip <address>", "those from one address, as it is in the log")
    .option("--search <text>", "part of the endpoint or the user agent")
    .option("--from <time>", "not before: a time, or how long ago, such as 1h", moment)
    .option("--to <time>", "before", moment);
  addPagingOptions(list).action((options: ListOptions) => listRequests(open(), options));
  addExamples(list, ["keywright requests list --tenant ten_… --refused", "keywright requests list --key key_… --from 1h --all --json"]);
  const explain = requests
    .command("explain")
    .description("Say why a verification ended as it did: every check, with its figures.")
    .argument("<request-id>", "the request's id, req_…")
    .action((requestId: string) => explainRequest(open(), requestId));
  addExamples(explain, ["keywright requests explain req_…"]);
};

const listRequests = async ({ io, output, connect }: Session, options: ListOptions): Promise<void> => {
  const client = await connect();
  const { tenant, key, refused, endpoint, ip, search, from, to } = options;
  const nowMs = io.nowMs();
  const filters = { tenant_id: tenant, key_id: key, refused, endpoint, ip, q: search, from: resolveMoment(from, nowMs), to: resolveMoment(to, nowMs) };
  const page = await readPages(options, (paging) => client.call("list-logged-requests", { query: defined({ ...filters, ...paging }) }));
  output.show(page, (paper) => requestTable(paper, page.data));
  noteNext(output, page);
};

const requestTable = (paper: Paper, requests: readonly EndpointReply<"list-logged-requests">["data"][number][]): string => {
  if (requests.length === 0) return "No requests.";
  const rows = requests.map(({ at, code, endpoint, key_id: keyId, ip, id }) => [
    shownTime(at, ""),
    { text: code, style: code === "VALID" ? ("good" as const) : ("bad" as const) },
    endpoint,
    keyId ?? "none",
    ip ?? "none",
    id,
  ]);
  return paper.table(["AT", "VERDICT", "ENDPOINT", "KEY", "ADDRESS", "REQUEST"], rows);
};

const explainRequest = async ({ output, connect }: Session, requestId: string): Promise<void> => {
  const request = await (await connect()).call("explain-request", { params: { request_id: requestId } });
  output.show(request, (paper) => explanation(paper, request));
};

const explanation = (paper: Paper, request: EndpointReply<"explain-request">): string => {
  const head = paper.fields([
    ["Request", request.id],
    ["At", shownTime(request.at, "")],
    ["Verdict", { text: request.code, style: request.code === "VALID" ? "good" : "bad" }],
    ["Reason", request.reason],
    ["Endpoint", request.endpoint],
    ["Key", request.key_id ?? "none"],
    ["Address", request.ip ?? "none"],
  ]);
  const figures = (step: (typeof request.trace)[number]): string =>
    Object.entries(step.figures)
      .map(([name, value]) => `${name} ${value ?? "none"}`)
      .join(", ");
  const steps = request.trace.map((step) => [step.check, step.result.replace("_", " "), figures(step)]);
  return `${head}\n\n${paper.table(["CHECK", "RESULT", "FIGURES"], steps)}`;
};

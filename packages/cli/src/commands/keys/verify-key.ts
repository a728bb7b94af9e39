import { bounds, type Verification } from "@keywright/contract";
import type { Command } from "commander";
import { defined } from "../../defined.ts";
import { addExamples } from "../../examples.ts";
import { collectList, integerIn } from "../../option-values.ts";
import type { Cell, Paper } from "../../paper.ts";
import { readKey } from "../../read-key.ts";
import type { OpenSession, Session } from "../../session.ts";
import { shownList, shownStatus, shownTime } from "../../view.ts";

/** Exit code of a refusal: neither a failure of the command nor a success of the key. */
const refusedExitCode = 3;

interface VerifyKeyOptions {
  readonly keyFile?: string;
  readonly scope?: readonly string[];
  readonly ip?: string;
  readonly endpoint?: string;
  readonly method?: string;
  readonly cost?: number;
  readonly dryRun?: true;
}

export const addVerifyKey = (keys: Command, open: OpenSession): void => {
  const command = keys
    .command("verify")
    .description("Verify an API key as an API would: is it real, alive, allowed here, and within its limits? Exit code 0: VALID, 3: refused.")
    .argument("[key]", "the key's text; better from standard input or --key-file, since every process can see an argument")
    .option("--key-file <file>", "file that holds the key")
    .option("--scope <scope>", "what the request needs; several times, or with commas between", collectList)
    .option("--ip <address>", "the end client's address")
    .option("--endpoint <template>", "the route that usage is counted by, such as /v1/emails/{id}")
    .option("--method <method>", "the request's method, such as POST")
    .option("--cost <count>", "how many requests it counts for", integerIn(1, bounds.cost))
    .option("--dry-run", "charge and count nothing")
    .action((key: string | undefined, options: VerifyKeyOptions) => verifyKey(open(), key, options));
  addExamples(command, [
    "keywright keys verify < key.txt",
    "keywright keys verify --key-file key.txt --scope send_email --ip 203.0.113.7 --dry-run",
    "pass show acme/key | keywright keys verify --json | jq -r .code",
  ]);
};

const verifyKey = async (session: Session, argument: string | undefined, options: VerifyKeyOptions): Promise<void> => {
  const { keyFile: file, scope, ip, endpoint, method, cost, dryRun } = options;
  const key = await readKey(session, { argument, file });
  const scopes = scope === undefined ? undefined : [...scope];
  const client = await session.connect();
  const verification = await client.call("verify-key", {
    body: { key, ...defined({ scopes, ip, endpoint, method: method?.toUpperCase(), cost, dry_run: dryRun }) },
  });
  session.output.show(verification, (paper) => verificationFields(paper, verification));
  if (!verification.valid) session.exitWith(refusedExitCode);
};

const verificationFields = (paper: Paper, found: Verification): string => {
  const verdict: readonly [string, Cell] = ["Verdict", shownStatus(found.code)];
  if (found.key_id === null) return paper.fields([verdict]);
  return paper.fields([
    verdict,
    ["Key", found.key_id],
    ["Tenant", found.tenant_id ?? "none"],
    ["Environment", found.environment ?? "none"],
    ["Scopes", shownList(found.scopes, "none")],
    ["Expires", shownTime(found.expires_at, "never")],
    ["Rate limit", stateWords(found.rate_limit)],
    ["Monthly quota", stateWords(found.quota)],
  ]);
};

const stateWords = (state: Verification["rate_limit"]): string =>
  state === null ? "none" : `${state.remaining} of ${state.limit} left, full again in ${state.reset_seconds} s`;

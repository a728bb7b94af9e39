import { createHash, createPublicKey, type KeyObject, verify } from "node:crypto";
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { type ChainReport, type ChainVerifierDeps, createChainVerifier, type KnownEntry } from "@keywright/contract";
import { type Command, InvalidArgumentError } from "commander";
import { CommandFailure } from "../command-failure.ts";
import { defined } from "../defined.ts";
import { addExamples } from "../examples.ts";
import type { Paper } from "../paper.ts";
import { readSmallFile } from "../read-small-file.ts";
import type { OpenSession, Session } from "../session.ts";

interface VerifyOptions {
  readonly tenant?: string;
  readonly file?: string;
  readonly publicKey?: string;
  readonly known?: readonly KnownEntry[];
}

/** The exit code for a log that is not whole. */
const brokenExit = 1;

export const addVerifyAudit = (audit: Command, open: OpenSession): void => {
  const command = audit
    .command("verify")
    .description("Verify an audit log: that no entry was edited, inserted, dropped or moved. Names the first that was, and exits with 1.")
    .option("--file <path>", "an export, read here and now; without it the log is fetched from the server")
    .option("--public-key <path>", "the key that signs checkpoints, as PEM, from where you noted it; without it the server is asked, and is trusted")
    .option("--known <sequence:hash>", "an entry that you have noted: it must stand where it stood; may be said several times", collectKnown)
    .option("--tenant <tenant-id>", "a tenant's; else the platform's, or with an API key its own tenant's")
    .action((options: VerifyOptions) => verifyAudit(open(), options));
  addExamples(command, ["keywright audit verify --tenant ten_…", "keywright audit verify --file audit.jsonl --public-key keywright-audit.pem"]);
};

const collectKnown = (text: string, before: readonly KnownEntry[] = []): readonly KnownEntry[] => {
  const match = /^([1-9]\d{0,15}):([0-9a-f]{64})$/.exec(text);
  if (match === null) throw new InvalidArgumentError("It must be an entry's sequence, a colon and its hash of 64 hexadecimal digits.");
  return [...before, { sequence: Number(match[1]), hash: match[2] ?? "" }].sort((one, other) => one.sequence - other.sequence);
};

const verifyAudit = async (session: Session, options: VerifyOptions): Promise<void> => {
  const { output, exitWith } = session;
  const { file, publicKey, known = [], tenant } = options;
  if (file !== undefined && publicKey === undefined)
    throw new CommandFailure("USAGE", "--file needs --public-key: an export is verified with a key that you noted, not with one that stands beside it.");
  const keys = publicKey === undefined ? await askKey(session, tenant) : readKey(await readSmallFile(publicKey, "FAILED", "--public-key"));
  const verifier = createChainVerifier(withKey(keys), { known, ...(tenant !== undefined && { tenantId: tenant }) });
  for await (const line of file === undefined ? await fetchLines(session, tenant) : readFileLines(file)) {
    verifier.take(line);
    if (!verifier.isGood()) break;
  }
  const report = verifier.finish();
  output.show(report, (paper) => reportText(paper, report));
  if (publicKey === undefined)
    output.note("The server itself was asked for the public key. Note it down (`keywright audit checkpoints`), and pass it with --public-key.");
  if (report.problem !== null) exitWith(brokenExit);
};

const fetchLines = async ({ connect }: Session, tenant: string | undefined): Promise<AsyncIterable<unknown>> =>
  (await connect()).call("export-audit-log", { query: defined({ tenant_id: tenant }) });

/** What is no JSON is a line that does not fit. */
async function* readFileLines(file: string): AsyncGenerator<unknown> {
  const input = createReadStream(file);
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) yield parseLine(line);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new CommandFailure("FAILED", `--file names ${file}, which cannot be read (${code}).`, error);
  } finally {
    input.destroy();
  }
}

const parseLine = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};

interface AuditKey {
  readonly id: string;
  readonly key: KeyObject;
}

const askKey = async ({ connect }: Session, tenant: string | undefined): Promise<AuditKey> => {
  const { public_key: key } = await (await connect()).call("list-audit-checkpoints", { query: defined({ tenant_id: tenant, limit: 1 }) });
  return readKey(key.pem);
};

const readKey = (pem: string): AuditKey => {
  try {
    const key = createPublicKey(pem);
    if (key.asymmetricKeyType !== "ed25519") throw new Error("It is of another kind.");
    return {
      key,
      id: createHash("sha256")
        .update(key.export({ format: "der", type: "spki" }))
        .digest("hex")
        .slice(0, 16),
    };
  } catch (error) {
    throw new CommandFailure("FAILED", "The public key must be an Ed25519 key as PEM.", error);
  }
};

const withKey = ({ id, key }: AuditKey): ChainVerifierDeps => ({
  sha256: (text) => createHash("sha256").update(text, "utf8").digest("hex"),
  isSigned: (text, signed) => {
    const signature = Buffer.from(signed.signature, "base64url");
    return signed.key_id === id && signature.toString("base64url") === signed.signature && verify(null, Buffer.from(text, "utf8"), key, signature);
  },
});

const reportText = (paper: Paper, report: ChainReport): string => {
  const { problem } = report;
  const range = report.first_sequence === null ? "none" : `${report.entries}, from ${report.first_sequence} to ${report.last_sequence}`;
  const sealed = report.sealed_through === 0 ? "nothing yet" : `everything up to entry ${report.sealed_through}, by ${report.checkpoints} checkpoints`;
  const found =
    problem === null ? "whole" : `NOT WHOLE: at entry ${problem.sequence}${problem.entry_id === null ? "" : ` (${problem.entry_id})`}, ${problem.reason}`;
  return paper.fields([
    ["Audit log", found],
    ["Of", report.tenant_id ?? "the platform"],
    ["Entries that fit", range],
    ["Signed", sealed],
    ["Last hash", report.last_hash],
  ]);
};

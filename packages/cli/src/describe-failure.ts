import { KeywrightError } from "@keywright/sdk";
import { CommandFailure, failures } from "./command-failure.ts";
import { printable, withoutKeys } from "./printable.ts";

/** A failure in the form of RFC 9457. */
interface Problem {
  readonly title: string;
  readonly detail: string;
  readonly code: string;
  readonly status?: number;
  readonly request_id?: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
}

export interface Described {
  readonly exitCode: number;
  /** For people: one line. */
  readonly sentence: string;
  /** For `--json`. */
  readonly problem: Problem;
}

/** What a failure looks like to who started the command. */
export const describeFailure = (error: unknown): Described => {
  const described = error instanceof KeywrightError ? describeAnswer(error) : describeOwn(error);
  const clean: unknown = JSON.parse(withoutKeys(JSON.stringify(described.problem)));
  return { exitCode: described.exitCode, sentence: printable(withoutKeys(described.sentence)), problem: clean as Problem };
};

/** What to do, where the server or the client cannot know it. */
const remedies: Readonly<Record<string, string>> = {
  UNREACHABLE: " Start Keywright with `keywright serve`, or say where it is with --url or KEYWRIGHT_URL.",
  TIMED_OUT: " --timeout allows it more time.",
  UNAUTHENTICATED: " Set KEYWRIGHT_ROOT_KEY.",
  INVALID_CREDENTIAL: " Set KEYWRIGHT_ROOT_KEY to a root key of this server.",
};

const describeAnswer = (error: KeywrightError): Described => {
  const { title, status, requestId, errors } = error;
  const code = error.serverCode ?? error.code;
  const detail = errors.length > 0 ? `${errors.map(describeField).join("; ")}.` : error.detail;
  const remedy = remedies[code] ?? "";
  return {
    exitCode: code === "INVALID_CALL" ? 2 : 1,
    sentence: `${title}: ${detail}${remedy} (${requestId === null ? code : `${code}, request ${requestId}`})`,
    problem: {
      title,
      detail: `${error.detail}${remedy}`,
      code,
      ...(status !== null && { status }),
      ...(requestId !== null && { request_id: requestId }),
      ...(errors.length > 0 && { errors }),
    },
  };
};

/** Fields of the API that options set under another name. */
const optionNames: Readonly<Record<string, string>> = {
  tenant_id: "--tenant",
  owner_id: "--owner",
  scopes: "--scope",
  permissions: "--permission",
  ip_allowlist: "--ip",
  rate_limit: "--rate-limit",
  monthly_quota: "--quota",
  expires_in_days: "--expires-in",
  expires_at: "--expires-at",
  grace_seconds: "--grace",
};

/** `/scopes/0 must be …`, with the option by which a person said it. */
const describeField = ({ pointer, detail }: KeywrightError["errors"][number]): string => {
  const option = optionNames[pointer.split("/", 2)[1] ?? ""];
  return `${pointer}${option === undefined ? "" : ` (${option})`} ${detail}`;
};

const describeOwn = (error: unknown): Described => {
  const code = error instanceof CommandFailure ? error.code : "FAILED";
  // The server package rejects with one sentence; a stack tells nothing to who typed a command.
  const detail = (error instanceof Error ? error.message : String(error)).split("\n", 1).join("");
  const { exitCode, title } = failures[code];
  return { exitCode, sentence: detail, problem: { title, detail, code } };
};

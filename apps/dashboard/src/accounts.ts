import { KeywrightError } from "@keywright/sdk";
import { queryOptions } from "@tanstack/react-query";

/** A person who has signed in. */
export interface Account {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly is_operator: boolean;
  readonly must_change_password: boolean;
  readonly two_factor_enabled: boolean;
}

export interface AccountSession {
  readonly id: string;
  readonly created_at: string;
  readonly expires_at: string;
  readonly ip: string | null;
  readonly user_agent: string | null;
  readonly current: boolean;
}

/** The calls under `/api/auth` (docs/sign-in.md): what each takes, and what it answers. */
interface AccountCalls {
  "GET /get-session": { fields: undefined; reply: { readonly account: Account | null; readonly session: AccountSession | null } };
  "POST /sign-in/email": { fields: { email: string; password: string }; reply: { readonly account?: Account; readonly two_factor_required?: true } };
  "POST /two-factor/verify-totp": { fields: { code: string; trust_device?: boolean }; reply: { readonly account: Account } };
  "POST /two-factor/verify-backup-code": { fields: { code: string; trust_device?: boolean }; reply: { readonly account: Account } };
  "POST /change-password": { fields: { current_password: string; new_password: string }; reply: { readonly ok: true } };
  "POST /sign-out": { fields: Record<string, never>; reply: { readonly ok: true } };
}

const timeoutMs = 15_000;

/** One call of people's accounts. Rejects with `KeywrightError`, as the client of the API does. */
export const callAccount = async <Call extends keyof AccountCalls>(call: Call, fields?: AccountCalls[Call]["fields"]): Promise<AccountCalls[Call]["reply"]> => {
  const [method = "GET", path = ""] = call.split(" ");
  const response = await send(method, path, fields);
  const body: unknown = await response.json().catch(() => undefined);
  if (response.ok && isObject(body)) return body as AccountCalls[Call]["reply"];
  throw problemOf(response, body);
};

const send = async (method: string, path: string, fields: unknown): Promise<Response> => {
  try {
    return await fetch(`/api/auth${path}`, {
      method,
      headers: { accept: "application/json", ...(fields !== undefined && { "content-type": "application/json" }) },
      credentials: "same-origin",
      signal: AbortSignal.timeout(timeoutMs),
      ...(fields !== undefined && { body: JSON.stringify(fields) }),
    });
  } catch (error) {
    const isLate = error instanceof DOMException && error.name === "TimeoutError";
    throw failure(isLate ? "TIMED_OUT" : "UNREACHABLE");
  }
};

const failure = (code: string, status: number | null = null): KeywrightError =>
  new KeywrightError({ code, status, title: code, detail: code, requestId: null, errors: [], retryAfterSeconds: null });

const problemOf = (response: Response, body: unknown): KeywrightError => {
  if (!isObject(body) || typeof body["code"] !== "string" || typeof body["title"] !== "string") return failure("INVALID_REPLY", response.status);
  const { code, title, detail, request_id: requestId, errors } = body;
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  return new KeywrightError({
    code,
    title,
    status: response.status,
    detail: typeof detail === "string" ? detail : title,
    requestId: typeof requestId === "string" ? requestId : null,
    errors: Array.isArray(errors) ? errors : [],
    retryAfterSeconds: Number.isFinite(seconds) ? seconds : null,
  });
};

const isObject = (
  value: unknown,
): value is Readonly<Record<string, unknown>> & {
  readonly code?: unknown;
  readonly title?: unknown;
  readonly detail?: unknown;
  readonly request_id?: unknown;
  readonly errors?: unknown;
} => typeof value === "object" && value !== null && !Array.isArray(value);

/** Who has signed in; `account` is null where nobody has. */
export const sessionQuery = queryOptions({ queryKey: ["session"], queryFn: () => callAccount("GET /get-session"), staleTime: 60_000 });

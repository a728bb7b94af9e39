import { clientError, readReply, type WireReply } from "@keywright/sdk";
import { queryOptions } from "@tanstack/react-query";
import { takeBegun } from "./begun.ts";

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
  "GET /methods": { fields: undefined; reply: { readonly password: boolean; readonly sso: { readonly label: string } | null } };
  "POST /sign-in/sso": { fields: { return_to: string }; reply: { readonly url: string } };
  "GET /get-session": { fields: undefined; reply: { readonly account: Account | null; readonly session: AccountSession | null } };
  "POST /sign-in/email": { fields: { email: string; password: string }; reply: { readonly account?: Account; readonly two_factor_required?: true } };
  "POST /two-factor/verify-totp": { fields: { code: string; trust_device?: boolean }; reply: { readonly account: Account } };
  "POST /two-factor/verify-backup-code": { fields: { code: string; trust_device?: boolean }; reply: { readonly account: Account } };
  "POST /change-password": { fields: { current_password: string; new_password: string }; reply: { readonly ok: true } };
  "POST /sign-out": { fields: Record<string, never>; reply: { readonly ok: true } };
  "POST /sign-up/email": { fields: { email: string; password: string; name: string; invitation: string }; reply: { readonly ok: true } };
  "GET /verify-email": { fields: { token: string }; reply: { readonly ok: true } };
  "POST /request-password-reset": { fields: { email: string }; reply: { readonly ok: true } };
  "POST /reset-password": { fields: { token: string; new_password: string }; reply: { readonly ok: true } };
  "GET /list-sessions": { fields: undefined; reply: { readonly data: readonly AccountSession[] } };
  "POST /revoke-session": { fields: { id: string }; reply: { readonly ok: true } };
  "POST /revoke-sessions": { fields: Record<string, never>; reply: { readonly ok: true } };
  "POST /two-factor/enable": { fields: { password: string }; reply: { readonly totp_uri: string; readonly recovery_codes: readonly string[] } };
  "POST /two-factor/disable": { fields: { password: string }; reply: { readonly ok: true } };
  "POST /two-factor/generate-backup-codes": { fields: { password: string }; reply: { readonly recovery_codes: readonly string[] } };
}

const timeoutMs = 15_000;

/** One call of people's accounts. Rejects with `KeywrightError`, as the client of the API does. */
export const callAccount = async <Call extends keyof AccountCalls>(call: Call, fields?: AccountCalls[Call]["fields"]): Promise<AccountCalls[Call]["reply"]> => {
  const [method = "GET", path = ""] = call.split(" ");
  return readReply(await send(method, path, fields), undefined) as AccountCalls[Call]["reply"];
};

const send = async (method: string, path: string, fields: unknown): Promise<WireReply> => {
  try {
    const hasBody = fields !== undefined && method !== "GET";
    const url = `/api/auth${path}${hasBody ? "" : queryOf(fields)}`;
    const begun = takeBegun(url, method);
    const response = await (begun ??
      fetch(url, {
        method,
        headers: { accept: "application/json", ...(hasBody && { "content-type": "application/json" }) },
        credentials: "same-origin",
        signal: AbortSignal.timeout(timeoutMs),
        ...(hasBody && { body: JSON.stringify(fields) }),
      }));
    return { status: response.status, retryAfter: response.headers.get("retry-after"), text: await response.text() };
  } catch (error) {
    const isLate = error instanceof DOMException && error.name === "TimeoutError";
    throw clientError(isLate ? "TIMED_OUT" : "UNREACHABLE", path);
  }
};

const queryOf = (fields: unknown): string => (fields === undefined ? "" : `?${new URLSearchParams(fields as Record<string, string>)}`);

/** Which ways there are to sign in; for as long as the page is there. */
export const methodsQuery = queryOptions({ queryKey: ["methods"], queryFn: () => callAccount("GET /methods"), staleTime: Number.POSITIVE_INFINITY });

/** Who has signed in; `account` is null where nobody has. */
export const sessionQuery = queryOptions({ queryKey: ["session"], queryFn: () => callAccount("GET /get-session"), staleTime: 60_000 });

/** One's own sessions, in whatever browser. */
export const sessionsQuery = queryOptions({ queryKey: ["sessions"], queryFn: () => callAccount("GET /list-sessions") });

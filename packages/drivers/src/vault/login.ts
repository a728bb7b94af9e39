import { readFile } from "node:fs/promises";
import type { Answer, Call } from "./call.ts";
import { requireMount } from "./mount.ts";
import { describeRefusal, tokenWithoutPolicy, unknownToken } from "./sentences.ts";
import type { Transport } from "./transport.ts";
import { VaultError } from "./vault-error.ts";

/** How Keywright proves to Vault who it is. `mount` is where the auth method is enabled, by its usual name if not given. */
export type VaultAuth =
  | { readonly token: string }
  | { readonly roleId: string; readonly secretId: string; readonly mount?: string | undefined }
  | { readonly kubernetesRole: string; readonly jwtFile: string; readonly mount?: string | undefined };

/** A token, and for how long it is good. */
export interface Lease {
  readonly token: string;
  /** From when it was given; null: without end. */
  readonly ttlMs: number | null;
  readonly isRenewable: boolean;
}

/** Vault knows who asks, and says no: asking again does not help. */
export class LoginRefused extends VaultError {
  constructor(sentence: string) {
    super(sentence);
    this.name = "LoginRefused";
  }
}

export interface Login {
  /** Whether it can give a second token when the first one has ended. */
  readonly isRepeatable: boolean;
  /** Rejects with `LoginRefused` or another `VaultError`. */
  run(signal: AbortSignal): Promise<Lease>;
}

/** Throws a `VaultError` for a mount that cannot be one. */
export const createLogin = (transport: Transport, auth: VaultAuth): Login => {
  if ("token" in auth) return { isRepeatable: false, run: (signal) => lookUp(transport, requireToken(auth.token), signal) };
  if ("roleId" in auth) {
    const { roleId, secretId } = auth;
    const mount = requireMount(auth.mount ?? "approle");
    const body = { role_id: roleId, secret_id: secretId };
    const refusal = `Vault refuses the AppRole's role id or secret id at auth/${mount}: give Keywright a role id and a secret id that are valid.`;
    return { isRepeatable: true, run: (signal) => logIn(transport, { path: `auth/${mount}/login`, body, refusal }, signal) };
  }
  const { kubernetesRole, jwtFile } = auth;
  const mount = requireMount(auth.mount ?? "kubernetes");
  const refusal = `Vault refuses the Kubernetes role ${kubernetesRole} to the service account of ${jwtFile} at auth/${mount}: bind the role to that service account and its namespace.`;
  return {
    isRepeatable: true,
    // The file is read for each login: Kubernetes writes a new one before the old one ends.
    run: async (signal) => logIn(transport, { path: `auth/${mount}/login`, body: { role: kubernetesRole, jwt: await readJwt(jwtFile) }, refusal }, signal),
  };
};

/** Asks what the token is good for. It costs nothing, and says whether Vault takes the token at all. */
export const lookUp = async (transport: Transport, token: string, signal: AbortSignal): Promise<Lease> => {
  const call: Call = { method: "GET", path: "auth/token/lookup-self", token };
  const answer = await transport.send(call, signal);
  if (answer.status === 403) throw new LoginRefused((await isKnown(transport, token, signal)) ? tokenWithoutPolicy : unknownToken);
  if (answer.status !== 200) throw describeRefusal(call, answer);
  return toLease(token, fieldsOf(answer, "data"), "ttl");
};

/** Vault denies alike what a token may not do and whatever is asked with one that it does not know; here alone it gives different reasons. */
const isKnown = async (transport: Transport, token: string, signal: AbortSignal): Promise<boolean> => {
  const { status, errors } = await transport.send({ method: "GET", path: "sys/internal/ui/mounts/cubbyhole", token }, signal);
  return status === 200 || errors.some((error) => error.includes("preflight capability check"));
};

/** Asks for more time. Rejects with `LoginRefused` where the token gets none. */
export const renew = async (transport: Transport, token: string, signal: AbortSignal): Promise<Lease> => {
  const call: Call = { method: "POST", path: "auth/token/renew-self", body: {}, token };
  const answer = await transport.send(call, signal);
  if (answer.status === 403 || answer.status === 400) throw new LoginRefused("Vault does not renew the token.");
  if (answer.status !== 200) throw describeRefusal(call, answer);
  return toLease(token, fieldsOf(answer, "auth"), "lease_duration");
};

/** Ends the token. */
export const revoke = async (transport: Transport, token: string, signal: AbortSignal): Promise<void> => {
  await transport.send({ method: "POST", path: "auth/token/revoke-self", token }, signal);
};

interface Credentials {
  readonly path: string;
  readonly body: unknown;
  readonly refusal: string;
}

const logIn = async (transport: Transport, { path, body, refusal }: Credentials, signal: AbortSignal): Promise<Lease> => {
  const call: Call = { method: "POST", path, body };
  const answer = await transport.send(call, signal);
  if (answer.status === 400 || answer.status === 403) throw new LoginRefused(refusal);
  if (answer.status !== 200) throw describeRefusal(call, answer);
  const fields = fieldsOf(answer, "auth");
  return toLease(requireToken(fields["client_token"]), fields, "lease_duration");
};

const fieldsOf = ({ body }: Answer, name: "auth" | "data"): Readonly<Record<string, unknown>> => {
  const fields = body[name];
  return typeof fields === "object" && fields !== null ? (fields as Record<string, unknown>) : {};
};

const toLease = (token: string, fields: Readonly<Record<string, unknown>>, ttlField: string): Lease => {
  const ttlSeconds = Number(fields[ttlField] ?? 0);
  return { token, ttlMs: ttlSeconds > 0 ? ttlSeconds * 1000 : null, isRenewable: fields["renewable"] === true };
};

/** A header takes no other characters; what Node says of them would quote the token. */
const requireToken = (token: unknown): string => {
  if (typeof token === "string" && /^[\x21-\x7e]+$/.test(token)) return token;
  throw new LoginRefused("The token for Vault is empty, or has characters that no token has: give it without line breaks.");
};

const maxJwtBytes = 64 * 1024;

const readJwt = async (file: string): Promise<string> => {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw new VaultError(`The service account's token in ${file} cannot be read.`, error);
  });
  const jwt = text.trim();
  if (jwt === "" || jwt.length > maxJwtBytes) throw new VaultError(`The service account's token in ${file} is empty or too long.`);
  return jwt;
};

import { AppError, type FieldError } from "@keywright/core";
import type { AccountEndpoint } from "./endpoints.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Longer than any address, name, password, link or code. */
const maxText = 1_024;
/** What a provider sends a browser back with. */
const maxLongText = 4_096;

/** The fields in the library's spelling. Rejects, naming each, what is missing, unknown or of another type. */
export const readFields = ({ fields, isNavigation }: AccountEndpoint, given: unknown): Record<string, string | boolean> => {
  if (!isObject(given)) throw new AppError("INVALID_REQUEST", { detail: "The body must be an object." });
  const known = Object.entries(fields).map(([name, kind]) => ({ name: name.replace("?", ""), kind, isNeeded: !name.endsWith("?") }));
  const faults: FieldError[] = Object.keys(given)
    .filter((name) => isNavigation !== true && !known.some((field) => field.name === name))
    .map((name) => ({ pointer: `/${name.slice(0, 64)}`, detail: "is not known here" }));
  const read: Record<string, string | boolean> = {};
  for (const { name, kind, isNeeded } of known) {
    const value = given[name];
    if (value === undefined && !isNeeded) continue;
    const detail = faultOf(kind, value);
    if (detail !== undefined) faults.push({ pointer: `/${name}`, detail });
    else read[toCamel(name)] = value as string | boolean;
  }
  if (faults.length > 0) throw new AppError("INVALID_REQUEST", { fields: faults.slice(0, 20) });
  return read;
};

const faultOf = (kind: AccountEndpoint["fields"][string], value: unknown): string | undefined => {
  if (kind === "flag") return typeof value === "boolean" ? undefined : "must be true or false";
  if (typeof value !== "string" || value.trim() === "") return "must be text";
  const max = kind === "long text" ? maxLongText : maxText;
  if (value.length > max) return `must have at most ${max} characters`;
  return kind === "email" && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value) ? "must be an e-mail address" : undefined;
};

const toCamel = (name: string): string => name.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());

const isObject = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);

type Write = (answer: unknown, currentSessionId: string | undefined) => object;

const account: Write = (answer) => ({ account: accountIn(fieldsOf(answer)) });
const done: Write = () => ({ ok: true });

/** Whatever is not named here answers that it is done. */
const writers: Readonly<Record<string, Write>> = {
  "/list-sessions": (answer, currentId) => ({ data: (Array.isArray(answer) ? answer : []).map((one) => toSession(fieldsOf(one), currentId)) }),
  "/get-session": (answer, currentId) => {
    const { session } = fieldsOf(answer);
    return { account: accountIn(fieldsOf(answer)), session: isObject(session) ? toSession(session, currentId) : null };
  },
  "/sign-in/email": (answer, currentId) => (fieldsOf(answer)["twoFactorRedirect"] === true ? { two_factor_required: true } : account(answer, currentId)),
  "/sign-in/sso": (answer) => ({ url: fieldsOf(answer)["url"] }),
  "/sso/callback": (answer) => ({ return_to: fieldsOf(answer)["returnTo"] }),
  "/two-factor/enable": (answer) => ({ totp_uri: fieldsOf(answer)["totpURI"], recovery_codes: fieldsOf(answer)["backupCodes"] }),
  "/two-factor/generate-backup-codes": (answer) => ({ recovery_codes: fieldsOf(answer)["backupCodes"] }),
  "/two-factor/verify-totp": account,
  "/two-factor/verify-backup-code": account,
};

/** What a call answers, of what the library answers: never a session's token. */
export const writeReply = (path: string, answer: unknown, currentSessionId?: string): object => (writers[path] ?? done)(answer, currentSessionId);

const fieldsOf = (answer: unknown): Fields => (isObject(answer) ? answer : {});

const accountIn = ({ user }: Fields): object | null =>
  isObject(user)
    ? {
        id: user["id"],
        email: user["email"],
        name: user["name"],
        is_operator: user["isOperator"],
        must_change_password: user["mustChangePassword"],
        two_factor_enabled: user["twoFactorEnabled"] === true,
      }
    : null;

const toSession = (session: Fields, currentId: string | undefined): object => ({
  id: session["id"],
  created_at: session["createdAt"],
  expires_at: session["expiresAt"],
  ip: session["ipAddress"] || null,
  user_agent: session["userAgent"] || null,
  current: session["id"] === currentId,
});

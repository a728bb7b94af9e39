import type { KeysEvent } from "../jwt/issuer-keys.ts";
import { createOutsideTokens } from "../jwt/outside-tokens.ts";

const iss = "https://login.example.com/";
export const aud = "https://keys.example.com";
export const nowSeconds = 1_800_000_000;
export const good = { iss, aud, sub: "user-7", exp: nowSeconds + 300, email: "ada@example.com", name: "Ada", tenant_id: "ten_1", roles: ["dev", "staff"] };
export const ada = { issuer: iss, subject: "user-7", email: "ada@example.com", name: "Ada", tenantId: "ten_1", role: "developer" };

/** Tokens of the issuer, at a time that the test moves. */
export const openOutsideTokens = (url: string, deadlineMs = 20_000) => {
  const time = { nowMs: 0 };
  const events: KeysEvent[] = [];
  const tokens = createOutsideTokens({
    url,
    issuer: iss,
    audience: aud,
    claims: { member: "sub", tenant: "tenant_id", email: "email", name: "name", role: "roles" },
    roles: [
      { outside: "boss", role: "owner" },
      { outside: "dev", role: "developer" },
    ],
    clock: { nowMs: () => nowSeconds * 1_000 + time.nowMs },
    stopwatch: { elapsedMs: () => time.nowMs },
    onEvent: (event) => events.push(event),
    deadlineMs,
  });
  return {
    ...tokens,
    events,
    pass: (seconds: number) => {
      time.nowMs += seconds * 1_000;
    },
  };
};

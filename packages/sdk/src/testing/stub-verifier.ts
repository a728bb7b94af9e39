import type { Verification } from "../generated/api.ts";
import type { Asked, GuardOptions, Verifier } from "../guard/guard.ts";
import type { ResponseBatch } from "../guard/response-reporter.ts";
import type { VerifyRequest } from "../verify-batch.ts";

export const verification = (overrides: Partial<Verification> = {}): Verification => ({
  valid: true,
  code: "VALID",
  key_id: "key_1",
  tenant_id: "ten_1",
  owner: { type: "tenant", id: "ten_1" },
  scopes: ["send_email"],
  environment: "live",
  expires_at: null,
  metadata: {},
  rate_limit: { limit: 60, remaining: 59, reset_seconds: 1 },
  quota: null,
  ...overrides,
});

export interface StubVerifier extends Verifier {
  readonly asked: VerifyRequest[];
  readonly batches: ResponseBatch[];
}

/** A verifier that remembers what it was asked, and answers as the test says. */
export const stubVerifier = (answer: () => unknown = () => verification()): StubVerifier => {
  const [asked, batches]: [VerifyRequest[], ResponseBatch[]] = [[], []];
  return {
    asked,
    batches,
    verify: async (request) => {
      asked.push(request);
      return (await answer()) as Verification;
    },
    usage: {
      reportResponses: async (batch) => {
        batches.push(batch);
      },
    },
  };
};

export const asking = (fields: Partial<Asked> = {}): Asked => ({
  authorization: ["Bearer pm_live_x"],
  apiKey: [],
  method: "POST",
  template: "/v1/emails",
  peer: "127.0.0.1",
  forwardedFor: undefined,
  ...fields,
});

export const guardOptions = (keywright: Verifier, more: Partial<GuardOptions> = {}): GuardOptions => ({ keywright, reportEveryMs: 60_000, ...more });

import Type from "typebox";
import { TenantId } from "./key.ts";
import { bounds, VerdictCode } from "./limits.ts";
import { paging } from "./paging.ts";
import { page } from "./platform.ts";
import { closed, nullable, text, time } from "./text.ts";

export const RequestId = Type.String({
  pattern: "^req_[0-9a-z]{26}(\\.[1-9][0-9]{0,2})?$",
  description: "The id that the verification was answered with, as `X-Request-Id`; of a batch with a point and the place behind it, such as `.1`.",
  examples: ["req_01kb1f8m5n3q7r9s2t4v6w8x0y"],
});

const fields = {
  id: Type.String(),
  tenant_id: nullable(Type.String(), { description: "null: no key was recognised." }),
  key_id: nullable(Type.String()),
  at: time("When it was decided."),
  endpoint: Type.String(),
  code: VerdictCode,
  ip: nullable(Type.String({ description: "The client's address, or its network, or null, as the operator has configured." })),
  user_agent: nullable(Type.String({ description: "Where the door knows it." })),
};

export const LoggedRequest = Type.Object(fields);

const Figure = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]);

export const TracedRequest = Type.Object({
  ...fields,
  reason: Type.String({ description: "What the verdict means." }),
  trace: Type.Array(
    Type.Object({
      check: Type.String({ examples: ["rate_limit"] }),
      result: Type.Union([Type.Literal("passed"), Type.Literal("refused"), Type.Literal("not_reached")]),
      figures: Type.Record(Type.String(), Figure, { description: "What the check went by." }),
    }),
    { description: "Every check, in the order in which they are made." },
  ),
});

export const RequestPage = Type.Object({
  ...page(LoggedRequest).properties,
  kept: nullable(Type.Integer(), { description: "Verifications of the tenant that are in the log; null where no tenant is named." }),
  skipped: nullable(Type.Integer(), {
    description:
      "Verifications of the tenant that never came into it, since the log began: there were more in a second than are kept. They are counted in usage all the same.",
  }),
});

export const ListRequestsQuery = Type.Object(
  {
    tenant_id: Type.Optional(TenantId),
    key_id: Type.Optional(Type.String({ pattern: "^key_[0-9A-Za-z]{22}$" })),
    code: Type.Optional(VerdictCode),
    refused: Type.Optional(Type.Boolean({ description: "true: refusals alone; false: none of them." })),
    endpoint: Type.Optional(text(bounds.endpoint, "Requests of this endpoint alone.")),
    ip: Type.Optional(Type.String({ minLength: 2, maxLength: 45, pattern: "^[0-9A-Fa-f:.]*$", description: "As it is in the log." })),
    q: Type.Optional(text(100, "Part of the endpoint or the user agent.")),
    from: Type.Optional(time("Not before.")),
    to: Type.Optional(time("Before.")),
    ...paging,
  },
  closed,
);

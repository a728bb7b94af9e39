import Type from "typebox";
import { MemberId, TenantId } from "./key.ts";
import { MemberRole } from "./people.ts";
import { closed, id, time } from "./text.ts";

export const EmbedSessionId = id("emb", "The embed session's id.");

/** Seconds that an embed session may last. */
const lifetime = { minimum: 60, maximum: 3_600, default: 600 } as const;

const Origin = Type.String({
  minLength: 8,
  maxLength: 253,
  description: "The origin of the page that shows the keys, as `embed_origins` of `keywright.config.json` has it.",
  examples: ["https://app.example.com"],
});

const shared = {
  id: EmbedSessionId,
  tenant_id: TenantId,
  member_id: MemberId,
  origin: Origin,
  expires_at: time("When it ends by itself."),
};

export const CreateEmbedSession = Type.Object(
  {
    tenant_id: TenantId,
    member_id: MemberId,
    origin: Origin,
    lifetime_seconds: Type.Optional(Type.Integer({ ...lifetime, description: "How long it lasts." })),
  },
  closed,
);
export const CreatedEmbedSession = Type.Object({
  ...shared,
  token: Type.String({ description: "For `<keywright-keys>`. Shown here and never again; never to be put into a URL." }),
});

/** What the frame has to know of itself. */
export const EmbedSession = Type.Object({
  ...shared,
  tenant_name: Type.String(),
  role: MemberRole,
  permissions: Type.Array(Type.String(), { description: "What the session may do: of what the member's role allows, what is about keys." }),
});
export const EndedEmbedSession = Type.Object({ id: EmbedSessionId, status: Type.Literal("ended") });

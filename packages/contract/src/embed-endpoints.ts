import Type from "typebox";
import type { Endpoint } from "./endpoint.ts";
import { CreatedEmbedSession, CreateEmbedSession, EmbedSession, EmbedSessionId, EndedEmbedSession } from "./schemas/embed.ts";
import { closed } from "./schemas/text.ts";

const platform = "/api/v1/platform";
const exampleId = (prefix: string) => `${prefix}_01F8MECHZX3TBDSZ7XRADM`;

/** The rows of THE table by which another product shows key management inside its own page. */
export const embedEndpoints = {
  "create-embed-session": {
    method: "POST",
    path: `${platform}/embed-sessions`,
    tag: "Embedding",
    permission: "embed:write",
    doc: "Let a member manage keys inside a page of another product, for a few minutes. The answer is the only one that shows the token.",
    body: CreateEmbedSession,
    replies: { 201: CreatedEmbedSession },
    errors: ["NOT_FOUND", "TENANT_SUSPENDED"],
    example: { tenant_id: exampleId("ten"), member_id: exampleId("mem"), origin: "https://app.example.com" },
  },
  "get-embed-session": {
    method: "GET",
    path: `${platform}/embed-sessions/current`,
    tag: "Embedding",
    permission: "embed:read",
    doc: "What an embed session is and may do: for the frame, which asks with its token. Nobody else has one.",
    replies: { 200: EmbedSession },
    errors: [],
  },
  "end-embed-session": {
    method: "DELETE",
    path: `${platform}/embed-sessions/{embed_session_id}`,
    tag: "Embedding",
    permission: "embed:write",
    doc: "End an embed session, as when the person signs out of the product. In force when the call answers.",
    params: Type.Object({ embed_session_id: EmbedSessionId }, closed),
    replies: { 200: EndedEmbedSession },
    errors: ["NOT_FOUND"],
  },
} as const satisfies Record<string, Endpoint>;

import type { EmbedSession } from "../model/embed-session.ts";

/** A session goes with its member. */
export interface EmbedSessionStore {
  /** Rejects where the member is not of the tenant. */
  insert(session: EmbedSession): Promise<void>;
  find(sessionId: string): Promise<EmbedSession | undefined>;
  /** The session whose token has one of these digests (one per pepper version), ended by its time or not. */
  findByDigest(digests: readonly string[]): Promise<EmbedSession | undefined>;
  /** Takes the row away; false where there was none. */
  remove(sessionId: string): Promise<boolean>;
  /** Takes all sessions of a tenant away. */
  removeOfTenant(tenantId: string): Promise<void>;
  /** Deletes at most `limit` sessions that ended before `beforeMs`; resolves with how many. */
  prune(beforeMs: number, limit: number): Promise<number>;
}

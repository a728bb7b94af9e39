import type { EmbedSession } from "../model/embed-session.ts";
import type { EmbedSessionStore } from "../ports/embed-session-store.ts";
import { addRow, type StoreAccess, type StoreState } from "./store-state.ts";

export const memoryEmbedSessions = ({ read, write }: StoreAccess) =>
  ({
    insert: (session) =>
      write((state) => {
        if (state.members.get(session.memberId)?.tenantId !== session.tenantId) throw new Error("An embed session and its member are of one tenant.");
        addRow(state.embedSessions, session.id, session);
      }),
    find: (sessionId) => read((state) => state.embedSessions.get(sessionId)),
    findByDigest: (digests) => read((state) => [...state.embedSessions.values()].find(({ digest }) => digests.includes(digest))),
    remove: (sessionId) => write((state) => state.embedSessions.delete(sessionId)),
    removeOfTenant: (tenantId) => write((state) => dropEmbedSessions(state, (session) => session.tenantId === tenantId)),
    prune: (beforeMs, limit) =>
      write((state) => {
        const ended = [...state.embedSessions.values()].filter(({ expiresAtMs }) => expiresAtMs < beforeMs).slice(0, limit);
        for (const { id } of ended) state.embedSessions.delete(id);
        return ended.length;
      }),
  }) satisfies EmbedSessionStore;

/** A member that goes takes its sessions with it. */
export const dropEmbedSessions = (state: StoreState, isGone: (session: EmbedSession) => boolean): void => {
  for (const [id, session] of state.embedSessions) if (isGone(session)) state.embedSessions.delete(id);
};

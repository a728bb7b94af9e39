import type { Announcement, Announcements } from "../ports/announcements.ts";
import type { KeptAnnouncement, StoreAccess } from "./store-state.ts";

/** Moments from here on are yet to come, whatever clock asks. */
const futureMs = 32_503_680_000_000;

export const memoryAnnouncements = ({ read, write }: StoreAccess) =>
  ({
    add: (changed) =>
      write(({ announcements }) => {
        for (const { id, revision } of changed) {
          const sequence = announcements.size + 1;
          announcements.set(sequence, { id, revision, sequence, isSettled: false });
        }
      }),
    since: (sinceMs, page) => read(({ announcements }) => pageOf(announcements, (kept) => !kept.isSettled || sinceMs < futureMs, page)),
    unsettled: (ageMs, page) => read(({ announcements }) => pageOf(announcements, (kept) => !kept.isSettled && ageMs === 0, page)),
    settle: (changed) =>
      write(({ announcements }) => {
        for (const kept of announcements.values()) {
          const isTold = changed.some(({ id, revision }) => id === kept.id && kept.revision <= revision);
          if (isTold) announcements.set(kept.sequence, { ...kept, isSettled: true });
        }
      }),
    prune: async () => 0,
  }) satisfies Announcements;

const pageOf = (
  announcements: ReadonlyMap<number, KeptAnnouncement>,
  isWanted: (kept: KeptAnnouncement) => boolean,
  { after, limit }: Parameters<Announcements["since"]>[1],
): readonly Announcement[] =>
  [...announcements.values()]
    .filter((kept) => kept.sequence > after && isWanted(kept))
    .slice(0, limit)
    .map(({ id, revision, sequence }) => ({ id, revision, sequence }));

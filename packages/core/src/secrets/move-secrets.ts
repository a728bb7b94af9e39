import type { SecretStore } from "../ports/secret-store.ts";

/** How far a move is. */
export interface MoveProgress {
  /** Paths that were looked at. */
  readonly looked: number;
  /** Paths whose secrets were written to the new place now, and read back from there. */
  readonly moved: number;
}

export interface MoveSecrets {
  readonly from: Pick<SecretStore, "read" | "list">;
  readonly to: Pick<SecretStore, "read" | "write">;
  /** true: count what would be moved, and write nothing. */
  readonly dryRun: boolean;
  /** Told after every path. */
  readonly onProgress: (progress: MoveProgress) => void;
}

/** A secret that is another one in the new place: one sentence, without either. */
export class MoveConflict extends Error {
  constructor(path: string) {
    super(
      `At ${path} both secret stores have something, and not the same: nothing was written there. They are not of one installation, or one was edited by hand.`,
    );
    this.name = "MoveConflict";
  }
}

/** Regenerations that may come in between before a path is given up. */
const casAttempts = 5;

/**
 * Copies every secret to another store, each read back and compared. Nothing is removed from the old one. What is there already is not
 * written again, so a move that was interrupted goes on where it was, and one that is repeated brings what came in between. A path that
 * both stores have keeps the fields of both; one field with two values is a conflict. The pepper goes first: without it the rest is of no use.
 */
export const moveSecrets = async (move: MoveSecrets): Promise<MoveProgress> => {
  const state = { looked: 0, moved: 0 };
  for (const top of folders) {
    for await (const path of pathsUnder(move.from, top)) {
      state.looked += 1;
      if (await movePath(move, path)) state.moved += 1;
      move.onProgress({ ...state });
    }
  }
  return state;
};

/** All that an installation has; nobody needs the right to list what is beside them. */
const folders = ["keywright/", "api_keys/"] as const;

async function* pathsUnder(from: MoveSecrets["from"], name: string): AsyncGenerator<string> {
  if (!name.endsWith("/")) {
    yield name;
    return;
  }
  for (const below of await from.list(name)) yield* pathsUnder(from, name + below);
}

/** Whether there was something to bring. */
const movePath = async ({ from, to, dryRun }: MoveSecrets, path: string): Promise<boolean> => {
  for (let attempt = 0; attempt < casAttempts; attempt++) {
    const wanted = (await from.read(path))?.data;
    // Destroyed since it was listed.
    if (wanted === undefined) return false;
    const standing = await to.read(path);
    if (isWithin(path, wanted, standing?.data ?? {})) return attempt > 0;
    if (dryRun) return true;
    // Read back at the next turn, by which both stores have the last word.
    await to.write(path, { ...standing?.data, ...wanted }, standing?.version ?? 0);
  }
  throw new MoveConflict(path);
};

type Fields = Readonly<Record<string, string>>;

/** Whether all fields of the one are in the other. Throws where one has another value there. */
const isWithin = (path: string, wanted: Fields, standing: Fields): boolean => {
  const names = Object.keys(wanted);
  if (names.some((name) => Object.hasOwn(standing, name) && standing[name] !== wanted[name])) throw new MoveConflict(path);
  return names.every((name) => Object.hasOwn(standing, name));
};

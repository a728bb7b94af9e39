/** Where the sealed value of a path stands. */
export interface Place {
  readonly version: number;
  /** Which record of the file it is. */
  readonly sequence: number;
  readonly offset: number;
  readonly length: number;
}

interface Folder {
  readonly places: Map<string, Place>;
  readonly folders: Map<string, Folder>;
}

const newFolder = (): Folder => ({ places: new Map(), folders: new Map() });

const split = (path: string): { readonly parents: readonly string[]; readonly name: string } => {
  const parents = path.split("/");
  const name = parents.pop() ?? "";
  return { parents, name };
};

/** Paths as a tree, so that listing a folder costs what the folder holds. */
export const createPathIndex = () => {
  const root = newFolder();
  let size = 0;

  const find = (segments: readonly string[]): Folder | undefined => {
    let folder: Folder | undefined = root;
    for (const segment of segments) folder = folder?.folders.get(segment);
    return folder;
  };

  const make = (segments: readonly string[]): Folder => {
    let folder = root;
    for (const segment of segments) {
      const next = folder.folders.get(segment) ?? newFolder();
      folder.folders.set(segment, next);
      folder = next;
    }
    return folder;
  };

  /** Folders exist only through what they hold. */
  const prune = (segments: readonly string[]): void => {
    for (let depth = segments.length; depth > 0; depth -= 1) {
      const folder = find(segments.slice(0, depth));
      if (!folder || folder.places.size > 0 || folder.folders.size > 0) return;
      find(segments.slice(0, depth - 1))?.folders.delete(segments[depth - 1] ?? "");
    }
  };

  return {
    get: (path: string): Place | undefined => {
      const { parents, name } = split(path);
      return find(parents)?.places.get(name);
    },
    set: (path: string, place: Place): void => {
      const { parents, name } = split(path);
      const { places } = make(parents);
      if (!places.has(name)) size += 1;
      places.set(name, place);
    },
    delete: (path: string): void => {
      const { parents, name } = split(path);
      if (!find(parents)?.places.delete(name)) return;
      size -= 1;
      prune(parents);
    },
    /** How many paths there are. */
    size: () => size,
    /** The names under a folder (empty: the root), sorted, those of folders with a closing `/`. */
    list: (folder: string): readonly string[] => {
      const found = find(folder === "" ? [] : folder.split("/"));
      if (!found) return [];
      return [...found.places.keys(), ...[...found.folders.keys()].map((name) => `${name}/`)].toSorted();
    },
  };
};

export type PathIndex = ReturnType<typeof createPathIndex>;

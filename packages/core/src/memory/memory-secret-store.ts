import type { SecretEntry, SecretStore } from "../ports/secret-store.ts";

const secretPath = /^[A-Za-z0-9_-]+(?:\/[A-Za-z0-9_-]+)*$/;

const requirePath = (path: string): void => {
  if (!secretPath.test(path)) throw new TypeError('A path of the secret store is segments of [A-Za-z0-9_-] joined by "/".');
};

/** The first name of what follows the folder in a path; undefined for a path outside the folder. */
const nameUnder = (folder: string, path: string): string | undefined => {
  if (!path.startsWith(folder)) return undefined;
  const end = path.indexOf("/", folder.length);
  return path.slice(folder.length, end < 0 ? undefined : end + 1);
};

/** The secret store of one process, gone with it: for tests, and for a look at what the port means. */
export const createMemorySecretStore = () => {
  const entries = new Map<string, SecretEntry>();

  return {
    read: async (path) => {
      requirePath(path);
      return entries.get(path);
    },
    write: async (path, data, expectedVersion) => {
      requirePath(path);
      const version = entries.get(path)?.version ?? 0;
      if (version !== expectedVersion) return false;
      entries.set(path, { data: { ...data }, version: version + 1 });
      return true;
    },
    destroy: async (path) => {
      requirePath(path);
      entries.delete(path);
    },
    list: async (folder) => {
      const base = folder === "" || folder.endsWith("/") ? folder : `${folder}/`;
      if (folder !== "") requirePath(base.slice(0, -1));
      const names = [...entries.keys()].map((path) => nameUnder(base, path)).filter((name) => name !== undefined);
      return [...new Set(names)].toSorted();
    },
  } satisfies SecretStore;
};

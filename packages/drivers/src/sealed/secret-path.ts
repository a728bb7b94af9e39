const SECRET_PATH = /^[A-Za-z0-9_-]+(?:\/[A-Za-z0-9_-]+)*$/;
const MAX_PATH_LENGTH = 512;

/** Throws a `TypeError` for anything but segments of `[A-Za-z0-9_-]` joined by `/`: such a path is a defect of the caller. */
export const requirePath = (path: string): void => {
  if (path.length > MAX_PATH_LENGTH || !SECRET_PATH.test(path)) {
    throw new TypeError(`A path of the secret store is segments of [A-Za-z0-9_-] joined by "/", ${MAX_PATH_LENGTH} characters at most.`);
  }
};

/** A folder as a path without its closing `/`; empty for the root, whose name is empty. */
export const requireFolder = (folder: string): string => {
  if (folder === "") return folder;
  const path = folder.endsWith("/") ? folder.slice(0, -1) : folder;
  requirePath(path);
  return path;
};

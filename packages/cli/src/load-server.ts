/** What the command line needs of the server package. */
export type ServerPackage = Pick<
  typeof import("@keywright/server"),
  "serve" | "serveWorkers" | "migrate" | "doctor" | "recover" | "moveSecrets" | "previewReminders"
>;

export type LoadServer = () => Promise<ServerPackage>;

/** Loads the server only for the commands that start it: the others stay quick. */
export const loadServer: LoadServer = () => import("@keywright/server");

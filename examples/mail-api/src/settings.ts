/** What the environment says. */
export interface Settings {
  readonly port: number;
  /** Where Keywright is. */
  readonly keywrightUrl: string;
  /** A root key with the permission `verify`. */
  readonly rootKey: string;
  /** undefined: mails are written to the terminal. */
  readonly smtpUrl: string | undefined;
  /** Where contacts and mails are kept; undefined: in memory, until the process ends. */
  readonly dataDir: string | undefined;
  readonly trustedProxies: readonly string[];
  /** What becomes of requests while Keywright cannot be reached. */
  readonly onUnreachable: "refuse" | "pass";
}

/** Throws RangeError with one sentence for what cannot be used. */
export const readSettings = (env: NodeJS.ProcessEnv): Settings => {
  const port = Number(env["PORT"] ?? 3000);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new RangeError("PORT must be a port number.");
  const rootKey = env["KEYWRIGHT_ROOT_KEY"];
  if (rootKey === undefined || rootKey === "") throw new RangeError("KEYWRIGHT_ROOT_KEY must be a root key with the permission `verify`.");
  return {
    port,
    keywrightUrl: env["KEYWRIGHT_URL"] ?? "http://127.0.0.1:4747",
    rootKey,
    smtpUrl: env["SMTP_URL"] || undefined,
    dataDir: env["MAIL_API_DATA_DIR"] || undefined,
    trustedProxies: (env["TRUSTED_PROXIES"] ?? "").split(",").filter((range) => range !== ""),
    onUnreachable: env["ON_UNREACHABLE"] === "pass" ? "pass" : "refuse",
  };
};

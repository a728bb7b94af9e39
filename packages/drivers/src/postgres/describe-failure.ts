/** By SQLSTATE (PostgreSQL, appendix A). */
const refusals: Readonly<Record<string, string>> = {
  "28P01": "PostgreSQL refuses the user or the password: mend them in the database's URL.",
  "28000": "PostgreSQL does not know the user, or does not let it log in: create the role with LOGIN, or mend the user in the database's URL.",
  "3D000": "PostgreSQL has no database of that name: create it, or mend the name in the database's URL.",
  "42501": "PostgreSQL does not let the user connect to the database: grant it CONNECT.",
  "53100": "PostgreSQL's disk is full: make room on it.",
  "53300":
    "PostgreSQL has no connection left for this user: raise max_connections, or the connection limit of the role or the database, or run fewer processes.",
  "57P03": "PostgreSQL is starting, stopping or recovering, and takes no connections yet: try again in a moment.",
  "08P01": "What is at the database's address does not take a connection as Keywright makes it: let the URL name PostgreSQL itself, not a pooler in between.",
};

const barredHost =
  "PostgreSQL's pg_hba.conf does not let this user in from this machine in this way: add a line for it, or connect with TLS (sslmode=verify-full in the database's URL).";

/** By the code of a system call, a name look-up or a TLS check. */
const failures: readonly (readonly [pattern: RegExp, text: string])[] = [
  [/^(?:ECONNREFUSED|ENOENT)$/, "Nothing listens at the database's address: start PostgreSQL, or mend the host and the port in the database's URL."],
  [/^(?:ENOTFOUND|EAI_AGAIN)$/, "The database host's name cannot be resolved: mend it in the database's URL."],
  [
    /^(?:EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/,
    "There is no way to the database's address from here: look at the network, or mend the host in the database's URL.",
  ],
  [/^(?:ETIMEDOUT|57014)$/, "PostgreSQL did not answer in time."],
  [/^(?:ECONNRESET|EPIPE)$/, "The connection to the database was cut: look at what is at that address, and at its log."],
  [/^CERT_(?:HAS_EXPIRED|NOT_YET_VALID)$/, "The database server's certificate is not valid today: renew it, or mend the clock of this machine."],
  [/ALTNAME_INVALID$/, "The database server's certificate is for another host: let the database's URL name the host as the certificate does."],
  [
    /CERT|SIGNED|UNABLE_TO_(?:GET_ISSUER|VERIFY)/,
    "The database server's certificate is not signed by an authority that is trusted here: name the authority's file by sslrootcert in the database's URL.",
  ],
  [/^ERR_OSSL_(?:PEM|ASN1|X509)/, "A file that the database's URL names (sslrootcert, sslcert, sslkey) is no certificate or key in PEM."],
  [/^ERR_INVALID_URL$/, "The database's URL is none: write postgres://user:password@host:port/database, with special characters percent-encoded."],
];

/** For errors that have no code. */
const messages: readonly (readonly [pattern: RegExp, text: string])[] = [
  [/does not support SSL/i, "PostgreSQL does not offer the TLS that the database's URL asks for: switch ssl on at the server, or leave sslmode out."],
  [/time(?:d )?out/i, "PostgreSQL did not answer in time."],
  [/terminated unexpectedly|establishing an SSL/i, "The connection to the database was cut: look at what is at that address, and at its log."],
  [/URI malformed/i, "The database's URL is none: write postgres://user:password@host:port/database, with special characters percent-encoded."],
  [/password must be a string/i, "PostgreSQL wants a password, and the database's URL has none."],
];

const unreadableFile = "A file that the database's URL names (sslrootcert, sslcert, sslkey) cannot be read: mend its path or its permissions.";

/** One sentence on why the database cannot be used. It quotes neither the URL nor what the server said, for a password may be in them. */
export const describeFailure = (error: unknown): string => {
  const [first] = error instanceof AggregateError ? error.errors : [error];
  const { code, syscall, message }: Failure = first instanceof Error ? first : { message: String(first) };
  if (syscall === "open" || syscall === "read") return unreadableFile;
  // The file's name is the same in every language that servers speak.
  if (code === "28000" && message.includes("pg_hba.conf")) return barredHost;
  return (
    refusals[code ?? ""] ??
    matching(failures, code ?? "") ??
    matching(messages, message) ??
    `PostgreSQL cannot be used (${code ?? "it said nothing that is known"}).`
  );
};

interface Failure {
  readonly message: string;
  readonly code?: string;
  readonly syscall?: string;
}

const matching = (known: readonly (readonly [RegExp, string])[], text: string): string | undefined => known.find(([pattern]) => pattern.test(text))?.[1];

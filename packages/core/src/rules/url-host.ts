/** The host and port of an `http` or `https` URL, for people: no path or query, in which there may be a token, and nothing that is markup. */
export const urlHost = (url: string): string => /^https?:\/\/(?<host>[A-Za-z0-9.:[\]-]+)/.exec(url)?.groups?.["host"] ?? "";

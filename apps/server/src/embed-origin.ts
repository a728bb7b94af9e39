const loopback: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];

/** Nothing of what a policy for browsers could take for more than a name. */
const plainHost = /^[a-z0-9.-]+$|^\[[0-9a-f:]+\]$/;

/**
 * Whether a text is an origin as browsers write it (RFC 6454, section 6.2), reached by https, or by http on one's own machine. Anything else cannot be the
 * origin of a page, or would send what a page is handed over a wire that others read.
 */
export const isEmbedOrigin = (text: string): boolean => {
  if (!URL.canParse(text)) return false;
  const { origin, protocol, hostname } = new URL(text);
  return origin === text && plainHost.test(hostname) && (protocol === "https:" || (protocol === "http:" && loopback.includes(hostname)));
};

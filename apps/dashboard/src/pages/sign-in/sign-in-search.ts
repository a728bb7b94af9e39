export interface SignInSearch {
  /** Where to go on. */
  readonly next?: string;
  /** password: one of one's own has to be chosen first. */
  readonly step?: "password";
  /** Why single sign-on sent the browser back: a code of the API's. */
  readonly error?: string;
  readonly request_id?: string;
}

const text = (value: unknown, pattern: RegExp): string | undefined => (typeof value === "string" && pattern.test(value) ? value : undefined);

/** A way within these pages; an address of elsewhere would take whoever signs in there. */
const ownPath = /^\/(?![/\\])/;

/** Reads the address of the sign-in page. Whoever wrote it may be a stranger: what is not as it should be is left out. */
export const readSignInSearch = (search: Readonly<Record<string, unknown>>): SignInSearch => {
  const next = text(search["next"], ownPath);
  const error = text(search["error"], /^[A-Z_]{1,40}$/);
  const requestId = text(search["request_id"], /^req_[0-9a-z]{1,40}$/);
  return {
    ...(next !== undefined && { next }),
    ...(search["step"] === "password" && { step: "password" as const }),
    ...(error !== undefined && { error }),
    ...(error !== undefined && requestId !== undefined && { request_id: requestId }),
  };
};

import type { Asked } from "./guard.ts";
import type { Refusal } from "./refusal.ts";

const identityPrefix = "x-keywright-";

/** The request without the identity that only a gateway may state. Most requests have none, and stay as they are. */
export const withoutIdentity = <Asking extends Request>(request: Asking): Asking => {
  const stated = [...request.headers.keys()].filter((name) => name.startsWith(identityPrefix));
  if (stated.length === 0) return request;
  const headers = new Headers(request.headers);
  for (const name of stated) headers.delete(name);
  // Of the framework's own kind, so that what it adds to a request is still there.
  const Kind = request.constructor as new (input: Request, init: RequestInit) => Asking;
  return new Kind(request, { headers });
};

const one = (value: string | null): string[] => (value === null ? [] : [value]);

/** A header that was sent twice is one text with a comma in it here, which no key is. */
export const askedOf = ({ headers, method }: Request, known: Pick<Asked, "template" | "peer">): Asked => ({
  ...known,
  authorization: one(headers.get("authorization")),
  apiKey: one(headers.get("x-api-key")),
  method,
  forwardedFor: headers.get("x-forwarded-for") ?? undefined,
});

export const responseOf = ({ status, headers, body }: Refusal): Response => new Response(body, { status, headers });

/** A response with more headers; one that cannot be changed is copied. */
export const withHeaders = (response: Response, headers: Readonly<Record<string, string>>): Response => {
  const entries = Object.entries(headers);
  if (entries.length === 0) return response;
  try {
    for (const [name, value] of entries) response.headers.set(name, value);
    return response;
  } catch {
    const copy = new Response(response.body, response);
    for (const [name, value] of entries) copy.headers.set(name, value);
    return copy;
  }
};

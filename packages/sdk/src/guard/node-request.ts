import type { IncomingMessage } from "node:http";
import type { Asked } from "./guard.ts";

const identityPrefix = "x-keywright-";

/** Takes from a request the identity that only a gateway may state: nothing behind the guard can mistake the client's word for it. */
const stripIdentity = ({ headers, rawHeaders }: IncomingMessage): void => {
  for (const name of Object.keys(headers)) if (name.startsWith(identityPrefix)) delete headers[name];
  for (let place = rawHeaders.length - 2; place >= 0; place -= 2) {
    if (rawHeaders[place]?.toLowerCase().startsWith(identityPrefix)) rawHeaders.splice(place, 2);
  }
};

/** Node keeps the first of several `Authorization` headers and joins several `X-API-Key`; what was sent stands in the raw headers alone. */
const valuesOf = (rawHeaders: readonly string[], name: string): string[] => {
  const values: string[] = [];
  for (let place = 0; place < rawHeaders.length; place += 2) {
    const sent = rawHeaders[place] ?? "";
    if (sent.length === name.length && sent.toLowerCase() === name) values.push(rawHeaders[place + 1] ?? "");
  }
  return values;
};

export const askedOf = (request: IncomingMessage, template: string | undefined): Asked => {
  stripIdentity(request);
  const { rawHeaders, headers, socket, method = "" } = request;
  const forwardedFor = headers["x-forwarded-for"];
  return {
    authorization: valuesOf(rawHeaders, "authorization"),
    apiKey: valuesOf(rawHeaders, "x-api-key"),
    method,
    template: template?.replace(/:(\w+)/g, "{$1}"),
    peer: socket.remoteAddress,
    forwardedFor: Array.isArray(forwardedFor) ? forwardedFor.join(",") : forwardedFor,
  };
};

import type { Calls } from "./plan.ts";

/** The request of such a number, whole; what it was written into is used again for the connection's next one. */
export type Write = (number: number) => Buffer;

export interface Requests {
  readonly count: number;
  /** Of a connection, whose requests follow each other. */
  readonly writer: () => Write;
}

/**
 * Requests share their head; what differs lies in one piece of memory. As so many buffers, each of several objects, a hundred thousand requests would take
 * their load longer than a thousand, and that would be measured as the server's.
 */
export const requestsOf = ({ path, method = "POST", headers, bodyHeader, bodies }: Calls): Requests => {
  const lines = Object.entries({ host: "127.0.0.1", connection: "keep-alive", ...(method === "POST" && { "content-type": "application/json" }), ...headers });
  const head = Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}`);
  const endOf = (body: string): string => {
    if (method === "POST") return `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    return bodyHeader === undefined ? "\r\n" : `${bodyHeader}: ${body}\r\n\r\n`;
  };
  const { bytes, starts, longest } = inOnePiece(bodies, endOf);
  const writer = (): Write => {
    const whole = Buffer.alloc(head.length + longest);
    head.copy(whole);
    let request = whole;
    return (number) => {
      const start = starts[number] ?? 0;
      const end = starts[number + 1] ?? start;
      bytes.copy(whole, head.length, start, end);
      const length = head.length + end - start;
      // Most are of one length.
      if (request.length !== length) request = whole.subarray(0, length);
      return request;
    };
  };
  return { count: bodies.length, writer };
};

/** Each begins where the one before ends; the last begins where there is none. */
const inOnePiece = (bodies: readonly string[], endOf: (body: string) => string) => {
  const starts = new Float64Array(bodies.length + 1);
  let longest = 0;
  bodies.forEach((body, number) => {
    const length = Buffer.byteLength(endOf(body));
    starts[number + 1] = (starts[number] ?? 0) + length;
    longest = Math.max(longest, length);
  });
  const bytes = Buffer.allocUnsafe(starts[bodies.length] ?? 0);
  bodies.forEach((body, number) => {
    bytes.write(endOf(body), starts[number] ?? 0);
  });
  return { bytes, starts, longest };
};

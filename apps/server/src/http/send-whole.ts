import type { ServerResponse } from "node:http";

export interface WholeReply {
  readonly status: number;
  /** Names and values by turns; the length is put behind them. */
  readonly headers: string[];
  readonly text: string | undefined;
}

/**
 * Sends a reply that is there whole. Left to itself, Node puts the end behind the text as an empty piece of its own, and hands a list of both to the system; a head and a text
 * that are written together before the end go as one piece, for a tenth less of what a small reply costs.
 */
export const sendWhole = (response: ServerResponse, { status, headers, text }: WholeReply): void => {
  const bytes = text === undefined ? 0 : Buffer.byteLength(text);
  headers.push("content-length", String(bytes));
  response.writeHead(status, headers);
  const { socket } = response;
  // A reply that waits for another one of its connection has no socket yet.
  if (socket !== null && text !== undefined) {
    socket.cork();
    // Characters of one byte each need no encoding.
    response.write(text, bytes === text.length ? "latin1" : "utf8");
    socket.uncork();
    response.end();
  } else response.end(text);
};

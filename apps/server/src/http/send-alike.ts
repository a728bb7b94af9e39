import type { ServerResponse } from "node:http";
import { bytesOf, type ReplyText } from "./reply-text.ts";
import { sendWhole } from "./send-whole.ts";

/** What Node knows a reply's head by; its types leave it out. */
interface Inner {
  _header: string | null;
  _headerSent: boolean;
}

/** A head as Node wrote it, cut where replies differ: around the id, and around the body's length. */
interface Cut {
  readonly first: string;
  readonly middle: string;
  readonly last: string;
}

/** The id is the value of `x-request-id`, and made here. */
export type SendAlike = (response: ServerResponse, id: string, reply: ReplyText) => void;

/**
 * Sends replies of status 200 whose heads differ in their id and their length alone. The first of a second has its head written by Node, which looks at every
 * character of every header; the others of that second have the same one, with their own id and length. So it is always what Node writes, date and all, and where
 * a reply or its connection is out of the ordinary, Node writes it.
 */
export const createAlikeSender = (headers: readonly string[]): SendAlike => {
  const state: { cut: Cut | undefined } = { cut: undefined };
  const learn = (response: ServerResponse, id: string, bytes: number): void => {
    const now = new Date();
    state.cut = cutOf(response as unknown as Inner, { id, bytes, date: now.toUTCString() });
    if (state.cut !== undefined) setTimeout(forget, 1_000 - now.getMilliseconds()).unref();
  };
  const forget = (): void => {
    state.cut = undefined;
  };
  return (response, id, reply) => {
    const { cut } = state;
    const bytes = bytesOf(reply);
    if (cut !== undefined && isOrdinary(response)) {
      sendHeaded(response, `${cut.first}${id}${cut.middle}${bytes}${cut.last}`, reply);
      return;
    }
    sendWhole(response, { status: 200, headers: ["x-request-id", id, ...headers], text: reply.text });
    if (cut === undefined && response.shouldKeepAlive) learn(response, id, bytes);
  };
};

/** Its connection goes on behind it, and no other reply is before it. */
const isOrdinary = ({ shouldKeepAlive, socket }: ServerResponse): boolean => shouldKeepAlive && socket?.writable === true;

/** The head is Node's own: it holds nothing that Node has not looked at but an id made here and a number. */
const sendHeaded = (response: ServerResponse, head: string, { text, isAscii }: ReplyText): void => {
  const inner = response as unknown as Inner;
  inner._header = head;
  inner._headerSent = true;
  // Characters of ASCII need no encoding.
  response.socket?.write(head + text, isAscii ? "latin1" : "utf8");
  response.end();
};

interface Parts {
  readonly id: string;
  readonly bytes: number;
  readonly date: string;
}

/** undefined: this Node keeps its heads otherwise, has written more than it was told, or has a date that is over. */
const cutOf = ({ _header: head }: Inner, { id, bytes, date }: Parts): Cut | undefined => {
  if (typeof head !== "string" || !head.includes(date)) return undefined;
  const length = `content-length: ${bytes}\r\n`;
  const [first, behindId, ...moreIds] = head.split(id);
  const [middle, last, ...moreLengths] = behindId?.split(length) ?? [];
  if (first === undefined || middle === undefined || last === undefined || moreIds.length + moreLengths.length > 0) return undefined;
  return { first, middle: `${middle}content-length: `, last: `\r\n${last}` };
};

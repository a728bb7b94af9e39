import type { ServerResponse } from "node:http";
import { headerPairs } from "./header-lines.ts";
import { bytesOf, type ReplyText } from "./reply-text.ts";
import { sendWhole } from "./send-whole.ts";

/** What Node knows a reply's head by; its types leave it out. */
interface Inner {
  _header: string | null;
  _headerSent: boolean;
}

/** A head as Node wrote it, cut where replies differ: around the id, before headers of a reply's own, and around the body's length. */
interface Cut {
  readonly first: string;
  readonly middle: string;
  readonly last: string;
}

export interface AlikeReply extends ReplyText {
  /** More headers, as `headerLines` has them. */
  readonly lines?: string;
}

/** The id is the value of `x-request-id`, and made here. */
export type SendAlike = (response: ServerResponse, id: string, reply: AlikeReply) => void;

/**
 * Sends replies of status 200 whose heads differ in their id, their length and headers that have been looked at. The first of a second has its head written by Node, which looks at every
 * character of every header; the others of that second have the same one, with their own id, headers and length. So it is always what Node writes, date and all, and where
 * a reply or its connection is out of the ordinary, Node writes it.
 */
export const createAlikeSender = (headers: readonly string[]): SendAlike => {
  const state: { cut: Cut | undefined } = { cut: undefined };
  const learn = (response: ServerResponse, id: string, own: string): void => {
    const now = new Date();
    state.cut = cutOf(response as unknown as Inner, { id, own, date: now.toUTCString() });
    if (state.cut !== undefined) setTimeout(forget, 1_000 - now.getMilliseconds()).unref();
  };
  const forget = (): void => {
    state.cut = undefined;
  };
  return (response, id, reply) => {
    const { cut } = state;
    const { text, lines = "" } = reply;
    const own = `${lines}content-length: ${bytesOf(reply)}\r\n`;
    if (cut !== undefined && isOrdinary(response)) {
      sendHeaded(response, `${cut.first}${id}${cut.middle}${own}${cut.last}`, reply);
      return;
    }
    sendWhole(response, { status: 200, headers: ["x-request-id", id, ...headers, ...headerPairs(lines)], text });
    if (cut === undefined && response.shouldKeepAlive) learn(response, id, own);
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
  /** The lines of the reply's own, and of its length. */
  readonly own: string;
  readonly date: string;
}

/** undefined: this Node keeps its heads otherwise, has written more than it was told, or has a date that is over. */
const cutOf = ({ _header: head }: Inner, { id, own, date }: Parts): Cut | undefined => {
  if (typeof head !== "string" || !head.includes(date)) return undefined;
  const [first, behindId, ...moreIds] = head.split(id);
  const [middle, last, ...moreOwn] = behindId?.split(own) ?? [];
  return first === undefined || middle === undefined || last === undefined || moreIds.length + moreOwn.length > 0 ? undefined : { first, middle, last };
};

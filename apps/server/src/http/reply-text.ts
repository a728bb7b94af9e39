/** A reply's text, and whether each of its characters is one of ASCII: its length is then known, and none need be looked at to send it. */
export interface ReplyText {
  readonly text: string;
  readonly isAscii: boolean;
}

/** Of a text that nothing is known of. */
export const replyText = (text: string): ReplyText => ({ text, isAscii: Buffer.byteLength(text) === text.length });

/** What it takes on the wire. */
export const bytesOf = ({ text, isAscii }: ReplyText): number => (isAscii ? text.length : Buffer.byteLength(text));

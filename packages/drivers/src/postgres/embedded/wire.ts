import { Duplex } from "node:stream";
import type { Engine } from "./worker.ts";

/*
 * PostgreSQL's wire protocol, as far as a connection without a network needs it (PostgreSQL, 54.7). `pg` speaks it as ever:
 * so parameters, types and errors are the same on the embedded database as on a server.
 */

const terminate = "X".charCodeAt(0);

/** AuthenticationOk, then ReadyForQuery with an idle transaction. */
const welcome = Buffer.from([..."R\0\0\0\x08\0\0\0\0", ..."Z\0\0\0\x05I"].map((char) => char.charCodeAt(0)));

/** Two simple queries that leave nothing of the session before: a connection that was given up may have left a transaction open. */
const reset = Buffer.from("Q\0\0\0\x0drollback\0Q\0\0\0\x10discard all\0", "latin1");

/** A connection to the engine: what `pg` takes for a socket. One at a time. */
export const openWire = (engine: Engine): Duplex => {
  let greeted = false;

  const converse = async (messages: Uint8Array, answerTo: (answer: Uint8Array) => Uint8Array): Promise<void> => {
    try {
      const answer = await engine.exchange(messages);
      if (!wire.destroyed) wire.push(answerTo(answer));
    } catch (error) {
      wire.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  };

  /** What arrives together is whole messages: `pg` corks the parts of one exchange. */
  const send = (chunks: readonly Uint8Array[]): void => {
    if (chunks[0]?.[0] === terminate) return;
    if (greeted) {
      void converse(copied(chunks), asBuffer);
      return;
    }
    // The first message is the startup packet, which asks for nothing that is not so already.
    greeted = true;
    void converse(new Uint8Array(reset), () => welcome);
  };

  const wire = new Duplex({
    read: () => {},
    write: (chunk: Uint8Array, _encoding, done) => {
      send([chunk]);
      done();
    },
    writev: (chunks, done) => {
      send(chunks.map(({ chunk }) => chunk));
      done();
    },
    final: (done) => {
      wire.destroy();
      done();
    },
  });
  const connect = (): void => void process.nextTick(() => wire.emit("connect"));
  return Object.assign(wire, { connect, setNoDelay: () => {}, setKeepAlive: () => {}, ref: () => {}, unref: () => {} });
};

const asBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** One message with memory of its own: what is posted to a worker takes the memory around it along. */
const copied = (chunks: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
};

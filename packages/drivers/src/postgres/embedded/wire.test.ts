import { Unavailable } from "@keywright/core";
import { Pool } from "pg";
import { describe, expect, it } from "vitest";
import { openPool } from "../pool.ts";
import { openWire } from "./wire.ts";
import type { Engine } from "./worker.ts";

/** An engine that answers a number of exchanges with nothing to say, and then is gone. */
const mortalEngine = (exchanges: number): Engine => {
  let left = exchanges;
  return {
    exchange: async () => {
      left -= 1;
      if (left < 0) throw new Error("The worker is gone.");
      return Uint8Array.from(Buffer.from("I\0\0\0\x04Z\0\0\0\x05I", "latin1"));
    },
    fsyncs: () => 0,
    close: async () => {},
  };
};

const poolOn = (engine: Engine) => openPool({ stream: () => openWire(engine), ssl: false, max: 1 });

describe("wire", () => {
  it("is a connection as long as the engine answers", async () => {
    const pool = poolOn(mortalEngine(3));
    const client = await pool.connect();
    expect((await client.query("", [])).rows).toEqual([]);
    expect((await client.query("", [])).rows).toEqual([]);
    client.release();
    await pool.end();
  });

  it("asks for a clean session once, and then for what is asked, even at the moment of the welcome", async () => {
    const asked: string[] = [];
    const engine = mortalEngine(2);
    const exchange = (messages: Uint8Array): Promise<Uint8Array> => {
      asked.push(Buffer.from(messages).toString("latin1"));
      return engine.exchange(messages);
    };
    const pool = new Pool({ stream: () => openWire({ ...engine, exchange }), ssl: false, max: 1 });
    await pool.query("select 1");
    expect(asked).toEqual(["Q\0\0\0\x0drollback\0Q\0\0\0\x10discard all\0", "Q\0\0\0\x0dselect 1\0"]);
    await pool.end();
  });

  it("fails the statement that the engine dies of, as unavailable, and every connection after it", async () => {
    const pool = poolOn(mortalEngine(1));
    const client = await pool.connect();
    await expect(client.query("select 1", [])).rejects.toMatchObject({ name: "Unavailable", port: "store", cause: { message: "The worker is gone." } });
    await expect(client.query("select 1", [])).rejects.toThrow(Unavailable);
    client.release();
    await expect(pool.connect()).rejects.toThrow(Unavailable);
    await pool.end();
  });
});

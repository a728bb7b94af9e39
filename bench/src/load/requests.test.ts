import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { requestsOf } from "./requests.ts";

const body = fc.string({ unit: fc.constantFrom("a", "é", '"'), maxLength: 20 });

describe("the requests of a load", () => {
  it("are each written whole, in whatever order a connection sends them", () => {
    fc.assert(
      fc.property(fc.array(body, { minLength: 1, maxLength: 8 }), fc.infiniteStream(fc.nat()), (bodies, drawn) => {
        const { count, writer } = requestsOf({ path: "/verify", headers: { authorization: "Bearer x" }, bodies });
        const writers = [writer(), writer()] as const;
        expect(count).toBe(bodies.length);
        for (const draw of drawn.take(20)) {
          const number = draw % count;
          const text = bodies[number] ?? "";
          expect(writers[draw % 2 === 0 ? 0 : 1](number).toString()).toBe(
            "POST /verify HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: keep-alive\r\ncontent-type: application/json\r\nauthorization: Bearer x\r\n" +
              `content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
          );
        }
      }),
    );
  });

  it("of a GET have the body in a header, or nowhere", () => {
    const get = { path: "/", method: "GET", headers: {}, bodies: ["one", "another"] } as const;
    const head = "GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: keep-alive\r\n";
    expect(
      requestsOf({ ...get, bodyHeader: "x-api-key" })
        .writer()(1)
        .toString(),
    ).toBe(`${head}x-api-key: another\r\n\r\n`);
    expect(requestsOf(get).writer()(0).toString()).toBe(`${head}\r\n`);
  });
});

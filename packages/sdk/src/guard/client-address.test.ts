import { BlockList, isIP } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatAddress, isWithin, parseAddress, parseRange } from "./address.ts";
import { createClientAddress } from "./client-address.ts";

describe("an address", () => {
  it("is one exactly where Node says so, apart from zones", () => {
    const text = fc.oneof(fc.ipV4(), fc.ipV6(), fc.ipV4Extended(), fc.stringMatching(/^[0-9a-f:.]{1,40}$/));
    fc.assert(
      fc.property(text, (one) => {
        expect(parseAddress(one) !== undefined).toBe(isIP(one) !== 0);
      }),
    );
  });

  it("is within a range exactly where Node says so", () => {
    const six = fc.tuple(fc.ipV6(), fc.integer({ min: 1, max: 128 }), fc.constant("ipv6" as const));
    const four = fc.tuple(fc.ipV4(), fc.integer({ min: 1, max: 32 }), fc.constant("ipv4" as const));
    fc.assert(
      fc.property(fc.oneof(six, four), fc.oneof(fc.ipV6(), fc.ipV4()), ([base, bits, family], address) => {
        const list = new BlockList();
        list.addSubnet(base, bits, family);
        const parsed = parseAddress(address);
        if (parsed === undefined) throw new Error(address);
        if ((isIP(address) === 4) === (family === "ipv4")) expect(isWithin(parsed, parseRange(`${base}/${bits}`))).toBe(list.check(address, family));
      }),
    );
  });

  it("is written so that Node reads the same, an IPv4-mapped one as IPv4", () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        expect(parseAddress(formatAddress(parseAddress(text) ?? []))).toEqual(parseAddress(text));
      }),
    );
    expect(formatAddress(parseAddress("::ffff:203.0.113.7") ?? [])).toBe("203.0.113.7");
  });

  it.each(["10.0.0.0/33", "10.0.0.0/", "fd00::/129", "10.0.0.0/8/8", "example.com", "", "10.0.0.0/-1"])("range %j is none", (text) => {
    expect(() => parseRange(text)).toThrow(RangeError);
  });
});

describe("the client's address", () => {
  const behind = createClientAddress(["10.0.0.0/8", "fd00::/8", "127.0.0.1"]);

  it.each([
    ["203.0.113.7", undefined, "203.0.113.7"],
    ["::ffff:203.0.113.7", undefined, "203.0.113.7"],
    ["fe80::1%eth0", undefined, "fe80:0:0:0:0:0:0:1"],
    ["203.0.113.7", "198.51.100.9", "203.0.113.7"],
    ["10.0.0.1", "198.51.100.9", "198.51.100.9"],
    ["10.0.0.1", "1.2.3.4, 198.51.100.9", "198.51.100.9"],
    ["10.0.0.1", "1.2.3.4, 198.51.100.9, 10.9.9.9, fd00::2", "198.51.100.9"],
    ["10.0.0.1", "198.51.100.9:4711", "198.51.100.9"],
    ["10.0.0.1", "[2001:db8::1]:4711", "2001:db8:0:0:0:0:0:1"],
    ["10.0.0.1", "198.51.100.9, unknown", "10.0.0.1"],
    ["10.0.0.1", "", "10.0.0.1"],
    [undefined, "1.2.3.4, 198.51.100.9", "198.51.100.9"],
    [undefined, undefined, undefined],
  ])("of the peer %j with %j is %j", (peer, forwardedFor, expected) => {
    expect(behind(peer, forwardedFor)).toBe(expected);
  });

  it("is the peer's where no proxy is trusted, whatever is stated", () => {
    expect(createClientAddress([])("127.0.0.1", "203.0.113.7")).toBe("127.0.0.1");
    expect(createClientAddress([])(undefined, "203.0.113.7")).toBeUndefined();
  });
});

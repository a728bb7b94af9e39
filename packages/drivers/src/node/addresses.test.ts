import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addresses } from "./addresses.ts";

describe("parseAddress", () => {
  it.each([
    ["203.0.113.7", "203.0.113.7"],
    ["::ffff:203.0.113.7", "203.0.113.7"],
    ["2001:DB8::1", "2001:db8::1"],
  ])("reads %s as %s", (text, canonical) => {
    expect(addresses.parseAddress(text)).toBe(canonical);
  });

  it.each(["1", "0x7f.1", "010.0.0.1", "256.0.0.1", "1.2.3", "fe80::1%eth0", "", " 1.2.3.4", "1.2.3.4\n", "localhost", "::1::"])("refuses %j", (text) => {
    expect(addresses.parseAddress(text)).toBeUndefined();
  });
});

describe("an IPv4 address", () => {
  it("is read as it was written, or not at all", () => {
    const part = fc.oneof(fc.nat(300).map(String), fc.constantFrom("00", "01", "0x1", "1e1", "+1", "", " 1"));
    fc.assert(
      fc.property(fc.array(part, { minLength: 3, maxLength: 5 }), (parts) => {
        const text = parts.join(".");
        const isCanonical = parts.length === 4 && parts.every((each) => String(Number(each)) === each && Number(each) <= 255);
        expect(addresses.parseAddress(text)).toBe(isCanonical ? text : undefined);
      }),
    );
  });
});

describe("parseRange", () => {
  it.each([
    ["203.0.113.7", "203.0.113.7/32"],
    ["203.0.113.0/24", "203.0.113.0/24"],
    ["0.0.0.0/0", "0.0.0.0/0"],
    ["2001:db8::/32", "2001:db8::/32"],
    ["::1", "::1/128"],
    ["::ffff:10.0.0.0/104", "10.0.0.0/8"],
  ])("reads %s as %s", (text, range) => {
    expect(addresses.parseRange(text)).toEqual({ range });
  });

  it.each([
    "203.0.113.7/24",
    "10.0.0.1/0",
    "2001:db8::1/64",
    "10.0.0.0/33",
    "10.0.0.0/-1",
    "10.0.0.0/08",
    "10.0.0.0/",
    "10.0.0.0/8/8",
    "::/129",
    "any",
    "10.0.0.0/8 ",
  ])("refuses %j and says what is allowed", (text) => {
    expect(addresses.parseRange(text)).toEqual({ reason: expect.stringMatching(/^must /) });
  });
});

describe("matcher", () => {
  it("agrees with bit arithmetic on IPv4", () => {
    const octets = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255));
    fc.assert(
      fc.property(octets, octets, fc.nat(32), (network, address, prefix) => {
        const number = (parts: readonly number[]) => parts.reduce((value, part) => value * 256 + part, 0);
        const size = 2 ** (32 - prefix);
        const first = Math.floor(number(network) / size) * size;
        const text = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join(".");
        const inside = number(address) >= first && number(address) < first + size;
        expect(addresses.matcher([`${text}/${prefix}`])(address.join("."))).toBe(inside);
      }),
    );
  });

  it("compares an IPv4-mapped address as IPv4, and never across families", () => {
    const matches = addresses.matcher(["10.0.0.0/8"]);
    expect(matches("::ffff:10.1.2.3")).toBe(true);
    expect(matches("::a01:203")).toBe(false);
    expect(matches("not an address")).toBe(false);
  });
});

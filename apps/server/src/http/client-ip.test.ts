import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addresses } from "../testing/addresses.ts";
import { createClientIp } from "./client-ip.ts";

const trustedProxies = ["10.0.0.0/8", "2001:db8:1::/48"];
const clientIp = createClientIp({ addresses, trustedProxies });
const strangers = fc.ipV4().filter((address) => !address.startsWith("10."));
const proxies = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255)).map((octets) => `10.${octets.join(".")}`);
const chains = fc.array(proxies, { maxLength: 5 });
const garbage = fc.constantFrom("", "unknown", "_hidden", "1.2.3", "010.0.0.1", "1.2.3.4.5", "fe80::1%eth0", "<script>", "10.0.0.0/8");

describe("of", () => {
  it("believes nobody where no proxy is trusted", () => {
    const nobody = createClientIp({ addresses, trustedProxies: [] });
    fc.assert(fc.property(fc.ipV4(), fc.string(), (peer, forwardedFor) => nobody.of(peer, forwardedFor) === peer));
  });

  it("does not believe a peer that is no trusted proxy", () => {
    fc.assert(fc.property(strangers, fc.array(fc.ipV4()), (peer, hops) => clientIp.of(peer, hops.join(", ")) === peer));
  });

  it("takes the rightmost address that is no trusted proxy, whatever stands on its left", () => {
    fc.assert(
      fc.property(proxies, fc.array(fc.oneof(fc.ipV4(), garbage)), fc.tuple(strangers, chains), (peer, forged, [client, chain]) => {
        expect(clientIp.of(peer, [...forged, client, ...chain].join(", "))).toBe(client);
      }),
    );
  });

  it("stops at garbage, at the last address that was told by a trusted proxy", () => {
    fc.assert(
      fc.property(proxies, fc.array(fc.ipV4()), fc.tuple(garbage, chains), (peer, forged, [junk, chain]) => {
        expect(clientIp.of(peer, [...forged, junk, ...chain].join(","))).toBe(chain[0] ?? peer);
      }),
    );
  });

  it.each([
    ["::ffff:203.0.113.7", undefined, "203.0.113.7"],
    ["fe80::1%eth0", undefined, "fe80::1"],
    ["::1", undefined, "::1"],
    ["::ffff:10.0.0.1", "::ffff:203.0.113.7", "203.0.113.7"],
    ["10.0.0.1", "203.0.113.7:4711", "203.0.113.7"],
    ["10.0.0.1", "[2001:db8::1]:4711", "2001:db8::1"],
    ["10.0.0.1", "2001:DB8::1", "2001:db8::1"],
    ["2001:db8:1::5", "203.0.113.7, 2001:db8:1::9", "203.0.113.7"],
    ["10.0.0.1", "10.0.0.2, 10.0.0.3", "10.0.0.2"],
    ["10.0.0.1", undefined, "10.0.0.1"],
  ])("reads the peer %s with %j as %s", (peer, forwardedFor, expected) => {
    expect(clientIp.of(peer, forwardedFor)).toBe(expected);
  });

  it("knows nobody where the socket is gone", () => {
    expect(clientIp.of(undefined, "203.0.113.7")).toBeNull();
  });

  it("looks at no more hops than a real chain has", () => {
    const chain = Array.from({ length: 5000 }, (_, index) => `10.0.${index >> 8}.${index & 255}`);
    expect(clientIp.of("10.0.0.1", chain.join(","))).toBe(chain[5000 - 32]);
  });
});

describe("behindGateway", () => {
  it.each([
    [undefined, null],
    ["", null],
    ["unknown", null],
    ["203.0.113.7", "203.0.113.7"],
    ["198.51.100.1, 203.0.113.7", "203.0.113.7"],
    ["198.51.100.1, 203.0.113.7, 10.0.0.5", "203.0.113.7"],
    ["203.0.113.7, unknown", null],
  ])("reads %j as %j", (forwardedFor, expected) => {
    expect(clientIp.behindGateway(forwardedFor)).toBe(expected);
  });
});

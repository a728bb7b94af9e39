import { describe, expect, it } from "vitest";
import { isPublicAddress, targetRefusal } from "./target.ts";

describe("an address", () => {
  it.each([
    ["private", "10.0.0.1"],
    ["private", "172.16.0.1"],
    ["private", "192.168.1.1"],
    ["loopback", "127.0.0.1"],
    ["loopback", "127.255.255.254"],
    ["loopback", "::1"],
    ["unspecified", "0.0.0.0"],
    ["unspecified", "::"],
    ["this network", "0.1.2.3"],
    ["link-local", "169.254.1.1"],
    ["link-local", "fe80::1"],
    ["metadata", "169.254.169.254"],
    ["metadata", "fd00:ec2::254"],
    ["metadata", "100.100.100.200"],
    ["metadata", "192.0.0.192"],
    ["a cloud's fabric", "168.63.129.16"],
    ["shared by providers", "100.64.0.1"],
    ["unique local", "fd12::1"],
    ["site-local", "fec0::1"],
    ["multicast", "224.0.0.1"],
    ["multicast", "ff02::1"],
    ["broadcast", "255.255.255.255"],
    ["reserved", "240.0.0.1"],
    ["for benchmarks", "198.18.0.1"],
    ["for documentation", "203.0.113.7"],
    ["for documentation", "2001:db8::1"],
    ["IPv4, mapped", "::ffff:127.0.0.1"],
    ["IPv4, mapped", "::ffff:8.8.8.8"],
    ["IPv4, compatible", "::7f00:1"],
    ["IPv4, translated", "::ffff:0:7f00:1"],
    ["IPv4, by NAT64", "64:ff9b::7f00:1"],
    ["IPv4, by a local NAT64", "64:ff9b:1::a00:1"],
    ["IPv4, by 6to4", "2002:7f00:1::"],
    ["IPv4, by Teredo", "2001:0:7f00:1::"],
    ["with a zone", "fe80::1%eth0"],
    ["no address", "1"],
  ])("that is %s is none of the internet's: %s", (_kind, address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(["8.8.8.8", "1.1.1.1", "172.32.0.1", "2606:4700:4700::1111", "2a00:1450:4001::1"])("of the internet is taken: %s", (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
});

describe("a URL", () => {
  const strict = { isPrivateAllowed: false };

  it.each([["https://hooks.example.com/in"], ["https://hooks.example.com:8443/in?token=a"], ["https://[2606:4700:4700::1111]/"]])(
    "of the internet is taken: %s",
    (url) => {
      expect(targetRefusal(url, strict)).toBeUndefined();
    },
  );

  it.each([
    ["http://hooks.example.com/", "https"],
    ["ftp://hooks.example.com/", "https"],
    ["file:///etc/passwd", "https"],
    ["not a url", "be a URL"],
    ["https://user@hooks.example.com/", "password"],
    ["https://:secret@hooks.example.com/", "password"],
    ["https://hooks.example.com/#part", "fragment"],
    ["https://hooks.example.com:25/", "port"],
    ["https://hooks.example.com:22/", "port"],
    ["https://hooks.example.com\\@evil.example/", "ASCII"],
    ["https://bücher.example/", "ASCII"],
    ["https:hooks.example.com", "ASCII"],
    ["https://127.0.0.1/", "private"],
    ["https://127.1/", "private"],
    ["https://0x7f.1/", "private"],
    ["https://2130706433/", "private"],
    ["https://[::1]/", "private"],
    ["https://[::ffff:10.0.0.1]/", "private"],
    ["https://[::ffff:7f00:1]/", "private"],
    ["https://[fe80::1%25eth0]/", "be a URL"],
    ["https://[fe80::1%eth0]/", "be a URL"],
    ["https://169.254.169.254/latest/meta-data", "private"],
    ["https://localhost/", "this machine"],
    ["https://a.localhost./", "this machine"],
    [`https://hooks.example.com/${"x".repeat(8_192)}`, "longer"],
  ])("that is no target is refused: %s", (url, why) => {
    expect(targetRefusal(url, strict)).toContain(why);
  });

  it("may be plain and private where the operator says so, and even then holds no password", () => {
    const lax = { isPrivateAllowed: true };
    expect(targetRefusal("http://127.0.0.1:81/", lax)).toBeUndefined();
    expect(targetRefusal("http://a:b@127.0.0.1/", lax)).toContain("password");
    expect(targetRefusal("gopher://127.0.0.1/", lax)).toContain("https");
  });
});

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { fetchText } from "./fetch-text.ts";

const options = { method: "POST", headers: {}, body: "?", deadlineMs: 20_000, maxBytes: 100 } as const;

it("asks again where a kept connection ends before its answer, and fails where the next one does too", async () => {
  const seen = { requests: 0, dropped: [2] };
  const server = createServer((request, response) => {
    seen.requests++;
    if (seen.dropped.includes(seen.requests)) request.socket.destroy();
    else response.end(String(seen.requests));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  expect(await fetchText(url, options)).toEqual({ status: 200, text: "1" });
  expect(await fetchText(url, options)).toEqual({ status: 200, text: "3" });
  seen.dropped = [4, 5];
  await expect(fetchText(url, options)).rejects.toThrow("UND_ERR_SOCKET");
  expect(seen.requests).toBe(5);
  await new Promise((resolve) => server.close(resolve));
});

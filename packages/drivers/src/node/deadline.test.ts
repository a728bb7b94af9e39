import { once } from "node:events";
import { connect } from "node:net";
import { Worker } from "node:worker_threads";
import { expect, it } from "vitest";
import { startDeadline } from "./deadline.ts";

const spinFor = (ms: number): void => {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs);
};

it("is over when its time is, and not where it was cancelled", async () => {
  const over = await new Promise<string>((resolve) => {
    const cancel = startDeadline(1, () => resolve("cancelled"));
    cancel();
    startDeadline(5, () => resolve("over"));
  });
  expect(over).toBe("over");
});

it("lets an answer count that has arrived while this process was too busy to read it", async () => {
  const echo = new Worker(
    `const { parentPort } = require("node:worker_threads");
     const server = require("node:net").createServer((socket) => socket.pipe(socket));
     server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));`,
    { eval: true },
  );
  const [port] = (await once(echo, "message")) as [number];
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  const answer = new Promise<string>((resolve) => {
    const cancel = startDeadline(100, () => resolve("late"));
    socket.once("data", () => {
      cancel();
      resolve("answered");
    });
  });
  socket.write("x");
  spinFor(500);
  expect(await answer).toBe("answered");
  socket.destroy();
  await echo.terminate();
});

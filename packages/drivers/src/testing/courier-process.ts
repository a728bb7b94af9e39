import { argv, kill, pid, stdout } from "node:process";
import { createCourier, dispatchEvents } from "@keywright/core";
import { openCourierEngine } from "./courier-engine.ts";

/*
 * A process that does nothing but deliver, bundled and started by a test that kills it. Its arguments: the database, how far its clock is ahead, and
 * after which statement of its deliveries it kills itself, 0 for never. It says "open" once it holds a change that it never commits.
 */

const [, , url = "", aheadMs = "0", dieAfter = "0"] = argv;

const counting = { isOn: false, statements: 0 };
const dieInTime = (): void => {
  if (!counting.isOn) return;
  counting.statements += 1;
  if (counting.statements === Number(dieAfter)) kill(pid, "SIGKILL");
};

const { deps, changeEnding } = await openCourierEngine({ url, aheadMs: Number(aheadMs), onCall: dieInTime });
await new Promise<void>((resolve, reject) => {
  const neverEnds = changeEnding((work) => async (stores) => {
    await work(stores);
    resolve();
    return new Promise<never>(() => {});
  });
  neverEnds.catch(reject);
});
stdout.write("open\n");

counting.isOn = true;
const courier = createCourier({
  ...deps,
  onFailure: (error) => {
    throw error;
  },
});
for (;;) {
  await dispatchEvents(deps);
  await courier.tick();
  await courier.idle();
}

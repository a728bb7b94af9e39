import { eventPaths } from "@keywright/contract";
import { transport } from "../api.ts";
import { catchUp, hear } from "../live.ts";
import { createStore } from "../store.ts";
import { readEvents } from "./read-events.ts";

/** Whether changes are told; as long as they are not, the list looks by itself. */
export const isTold = createStore(false);

const soonestMs = 2_000;
const latestMs = 60_000;

/** Follows the session's tenant until the returned function is called: by the session's token, which the server asks about again and again. */
export const followChanges = (): (() => void) => {
  const end = new AbortController();
  void follow(end.signal);
  return () => end.abort();
};

/** Comes back where the stream ends or breaks: sooner where it went well, later and later where it does not. */
const follow = async (signal: AbortSignal): Promise<void> => {
  let pauseMs = soonestMs;
  while (!signal.aborted) {
    const wasTold = await listen(signal);
    pauseMs = wasTold ? soonestMs : Math.min(pauseMs * 2, latestMs);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
};

/** Resolves when the stream has ended: with whether there was one. */
const listen = async (signal: AbortSignal): Promise<boolean> => {
  try {
    const { ok, body } = await transport.read()(eventPaths.changes, { headers: { accept: "text/event-stream" }, signal });
    if (!ok || body === null) return false;
    isTold.write(true);
    catchUp();
    for await (const { type, data } of readEvents(body)) hear(type, data);
  } catch {
    // It broke, or there was no way to it.
  }
  const wasTold = isTold.read();
  isTold.write(false);
  return wasTold;
};

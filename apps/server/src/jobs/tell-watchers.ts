import type { Engine } from "../engine.ts";
import type { Wired } from "../wire/wire.ts";
import type { Job } from "./run-jobs.ts";

interface Watched {
  readonly live: Pick<Wired["live"], "beat" | "isUseWatched">;
  readonly engine: Pick<Engine, "deliverUsage">;
}

/** While somebody watches here, counts come home every second also where much is counted: so that a first request is seen when it has happened. */
export const tellWatchersJob = ({ live, engine }: Watched): Job => ({
  name: "tell-watchers",
  everyMs: 1_000,
  restFactor: 2,
  run: async () => {
    live.beat();
    if (live.isUseWatched()) await engine.deliverUsage();
  },
});

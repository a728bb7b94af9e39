import { pipeline, type Readable, Transform } from "node:stream";
import { type Actor, AppError } from "@keywright/core";

interface RoomDeps {
  /** A clock that never steps back, in milliseconds. */
  readonly timer: { nowMs(): number };
  readonly bounds?: typeof roomBounds;
}

/** Places for answers that are streamed for as long as their readers take. */
export interface StreamRoom {
  /**
   * Makes an answer and keeps a place for it until its last byte is taken, its reader has hung up, or it has failed. Throws
   * `AppError("RATE_LIMITED")` where the caller, or the process, has as many of them as may be.
   */
  admit<Answer extends { readonly stream?: Readable }>(actor: Pick<Actor, "id" | "tenantId">, answer: () => Promise<Answer>): Promise<Answer>;
}

export const roomBounds = {
  streams: 16 as number,
  /** Of one tenant, by whichever of its keys and members, or of one root key. */
  streamsOfCaller: 4 as number,
  /** A reader that has taken nothing for so long loses its place to whoever asks for one. */
  stalledMs: 60_000 as number,
};

interface Place {
  readonly caller: string;
  takenMs: number;
  stream: Readable | undefined;
}

interface State extends RoomDeps {
  readonly bounds: typeof roomBounds;
  readonly places: Set<Place>;
}

export const createStreamRoom = ({ timer, bounds = roomBounds }: RoomDeps): StreamRoom => {
  const state: State = { timer, bounds, places: new Set() };
  return {
    admit: async (actor, answer) => {
      const place = takePlace(state, actor.tenantId ?? actor.id ?? "system");
      try {
        const answered = await answer();
        if (answered.stream === undefined) state.places.delete(place);
        return answered.stream === undefined ? answered : { ...answered, stream: watched(state, place, answered.stream) };
      } catch (error) {
        state.places.delete(place);
        throw error;
      }
    },
  } satisfies StreamRoom;
};

const takePlace = (state: State, caller: string): Place => {
  const { bounds, places, timer } = state;
  const ofCaller = (): readonly Place[] => [...places].filter((place) => place.caller === caller);
  if (ofCaller().length >= bounds.streamsOfCaller) dropStalled(state, ofCaller());
  if (ofCaller().length >= bounds.streamsOfCaller)
    throw new AppError("RATE_LIMITED", { detail: `At most ${bounds.streamsOfCaller} exports of one tenant, or of one root key, run at once.` });
  if (places.size >= bounds.streams) dropStalled(state, [...places]);
  if (places.size >= bounds.streams) throw new AppError("RATE_LIMITED", { detail: "As many exports run as this server makes at once." });
  const place = { caller, takenMs: timer.nowMs(), stream: undefined };
  places.add(place);
  return place;
};

/** Those without a stream yet wait for the store, which has deadlines of its own. */
const dropStalled = ({ bounds, places, timer }: State, candidates: readonly Place[]): void => {
  const sinceMs = timer.nowMs() - bounds.stalledMs;
  for (const place of candidates) {
    if (place.stream === undefined || place.takenMs > sinceMs) continue;
    places.delete(place);
    place.stream.destroy(new Error("The reader has taken nothing for too long."));
  }
};

/** The same text, noting when some of it was taken; destroying either end destroys both. */
const watched = ({ places, timer }: State, place: Place, source: Readable): Readable => {
  const stream = new Transform({
    writableObjectMode: true,
    transform: (chunk: string | Buffer, _encoding, done) => {
      place.takenMs = timer.nowMs();
      done(null, chunk);
    },
  });
  place.stream = stream;
  place.takenMs = timer.nowMs();
  return pipeline(source, stream, () => void places.delete(place));
};

import { type Verdict, verdicts } from "@keywright/contract";
import type { CacheFigures, RequestLog, RequestRecorder, Stopwatch } from "@keywright/core";

/** What the engine has done since its start. */
export interface EngineFigures {
  verdicts(): Readonly<Record<Verdict, number>>;
  cache(): CacheFigures;
  requestLog(): { readonly kept: number; readonly skipped: number };
  /** `ageMs`: since all counts were last brought home. */
  usage(): { readonly moves: number; readonly ageMs: number };
}

/** Each verification on its way to the request log, which hears of all of them, counted by its verdict. */
export const countVerdicts = (recorder: RequestRecorder): { readonly recorder: RequestRecorder; readonly counts: EngineFigures["verdicts"] } => {
  const counts = Object.fromEntries(verdicts.map((verdict) => [verdict, 0])) as Record<Verdict, number>;
  const note: RequestRecorder["note"] = (command, outcome, door) => {
    if (!command.dryRun) counts[outcome.verdict] += 1;
    recorder.note(command, outcome, door);
  };
  return { recorder: { note, take: recorder.take }, counts: () => ({ ...counts }) };
};

/** What is written to the request log, and what is left out of it. */
export const countLogged = (requests: Pick<RequestLog, "append">) => {
  const counts = { kept: 0, skipped: 0 };
  const append: RequestLog["append"] = async (entries, skipped, keptPerTenant) => {
    await requests.append(entries, skipped, keptPerTenant);
    counts.kept += entries.length;
    counts.skipped += skipped.reduce((sum, { requests: left }) => sum + left, 0);
  };
  return { requests: { append }, counts: () => ({ ...counts }) };
};

/** Deliveries of usage, and how long ago the last one was that brought all home. */
export const timeDeliveries = (stopwatch: Pick<Stopwatch, "elapsedMs">, deliver: () => Promise<number>) => {
  const state = { moves: 0, broughtMs: stopwatch.elapsedMs() };
  return {
    deliver: async () => {
      const moves = await deliver();
      state.moves += moves;
      state.broughtMs = stopwatch.elapsedMs();
      return moves;
    },
    figures: () => ({ moves: state.moves, ageMs: stopwatch.elapsedMs() - state.broughtMs }),
  };
};

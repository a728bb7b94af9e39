import type { Alert } from "../model/alert.ts";

/** From when on an alert starts, and when it ends. */
export interface AlertLevels {
  readonly isEnabled: boolean;
  readonly starts: "above" | "below";
  readonly threshold: number;
  /** It ends when the value is on the other side of this share of the threshold. */
  readonly endShare: number;
  readonly quietMs: number;
  readonly coolDownMs: number;
}

export interface AlertQuestion {
  readonly levels: AlertLevels;
  /** The open alert of the topic, or else the one that has ended last. */
  readonly standing: Pick<Alert, "lastSeenAtMs" | "endedAtMs"> | undefined;
  /** What is measured now; undefined: nothing. */
  readonly value: number | undefined;
  readonly nowMs: number;
}

export type AlertStep = "start" | "goOn" | "end" | "nothing";

/**
 * What becomes of a topic's alert. It starts at the threshold; it ends when the value was beyond a share of it for a quiet time, or when its rule is
 * switched off; after an end no other starts for the cool-down. Spans of time are taken either way: a clock that is moved back by more than one of
 * them does not hold an alert up until it has come to the same time again.
 */
export const decideAlert = (question: AlertQuestion): AlertStep =>
  question.standing?.endedAtMs === null ? decideOpen(question, question.standing) : decideClosed(question);

const decideOpen = ({ levels, value, nowMs }: AlertQuestion, { lastSeenAtMs }: Pick<Alert, "lastSeenAtMs">): AlertStep => {
  if (!levels.isEnabled) return "end";
  if (value !== undefined && !isOver(levels, value)) return "goOn";
  return Math.abs(nowMs - lastSeenAtMs) >= levels.quietMs ? "end" : "nothing";
};

const decideClosed = ({ levels, standing, value, nowMs }: AlertQuestion): AlertStep => {
  if (!levels.isEnabled || value === undefined || !isReached(levels, value)) return "nothing";
  const isCooling = standing?.endedAtMs != null && Math.abs(nowMs - standing.endedAtMs) < levels.coolDownMs;
  return isCooling ? "nothing" : "start";
};

const isReached = ({ starts, threshold }: AlertLevels, value: number): boolean => (starts === "above" ? value >= threshold : value <= threshold);

const isOver = ({ starts, threshold, endShare }: AlertLevels, value: number): boolean =>
  starts === "above" ? value < threshold * endShare : value > threshold / endShare;

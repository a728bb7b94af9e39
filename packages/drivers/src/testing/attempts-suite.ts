import { attemptsContract } from "@keywright/core/testing";
import type { PostgresPool } from "kysely";
import { createPostgresAttempts } from "../accounts/attempts.ts";

/** On a database that `migrate` has prepared. */
export const attemptsSuite = (name: string, pool: () => PostgresPool): void => {
  const time = { nowMs: Date.now(), subjects: 0 };
  attemptsContract(name, {
    attempts: () => createPostgresAttempts(pool(), { secret: "s", nowMs: () => time.nowMs }),
    newSubject: () => `subject ${time.subjects++}`,
    advance: (ms) => {
      time.nowMs += ms;
    },
  });
};

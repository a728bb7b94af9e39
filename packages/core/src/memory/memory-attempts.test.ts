import { attemptsContract } from "../testing/attempts.contract.ts";
import { createMemoryAttempts } from "./memory-attempts.ts";

const time = { nowMs: 0, subjects: 0 };
const attempts = createMemoryAttempts({ nowMs: () => time.nowMs });

attemptsContract("memory", {
  attempts: () => attempts,
  newSubject: () => `subject ${time.subjects++}`,
  advance: (ms) => {
    time.nowMs += ms;
  },
});

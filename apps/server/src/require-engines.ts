import type { EngineAddresses } from "./engine-settings.ts";
import { checkEngines, type EngineCheck } from "./wire/check-engines.ts";

/** An engine that Keywright must not, or cannot, run on: one sentence, and what to do about it. */
class EngineError extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = "EngineError";
  }
}

/** Looks at the engines before anything is opened. Throws the first error's sentence; answers what is only worth a warning. */
export const requireEngines = async (addresses: EngineAddresses): Promise<readonly string[]> => {
  const problems = (await checkEngines(addresses)).flatMap(({ problems }: EngineCheck) => problems);
  const fault = problems.find(({ severity }) => severity === "error");
  if (fault !== undefined) throw new EngineError(fault.text);
  return problems.map(({ text }) => text);
};

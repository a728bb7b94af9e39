import type { EvaluationContext, Provider, ResolutionDetails } from "@openfeature/server-sdk";
import { TypeMismatchError } from "@openfeature/server-sdk";

export type ResolveBoolean = (flag: string, fallback: boolean, context: EvaluationContext) => Promise<ResolutionDetails<boolean>>;

/** A provider for OpenFeature whose flags are all switches. Rejects with an `OpenFeatureError`. */
export const createBooleanProvider = (name: string, resolveBooleanEvaluation: ResolveBoolean): Provider => {
  const refuse = async (): Promise<never> => {
    throw new TypeMismatchError("Keywright's flags are on or off.");
  };
  return {
    metadata: { name },
    runsOn: "server",
    resolveBooleanEvaluation,
    resolveStringEvaluation: refuse,
    resolveNumberEvaluation: refuse,
    resolveObjectEvaluation: refuse,
  };
};

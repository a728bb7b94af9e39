import type { EndpointReply, ReportResponses, Verification, VerifyRequest } from "@keywright/contract";
import { type TamperedRow, verify } from "@keywright/core";
import { processConfig } from "./config.ts";
import { addBatch } from "./handlers/report-responses.ts";
import { toVerification } from "./handlers/verification.ts";
import { toCommand } from "./handlers/verify-key.ts";
import { deliverUsageJob } from "./jobs/deliver-usage.ts";
import { runJobs } from "./jobs/run-jobs.ts";
import { unwatched, wire } from "./wire/wire.ts";

export interface OpenEngineOptions {
  /** The data folder; the environment's (`KEYWRIGHT_DATA_DIR`) where left out. */
  readonly dataDir?: string;
  /** Told of every row that was edited behind Keywright's back and refused. */
  readonly onTampering?: (row: TamperedRow) => void;
}

export interface OpenedEngine {
  /** The same verification, with the same fields, as `POST /api/v1/verify`, without a hop. Rejects where an engine is out of reach. */
  verify(request: VerifyRequest): Promise<Verification>;
  readonly usage: {
    /** The same as `POST /api/v1/usage/responses`: what the API answered, each batch once. The middleware calls it. */
    reportResponses(batch: ReportResponses): Promise<EndpointReply<"report-responses">>;
  };
  /** Brings the last counts home and closes the engines. */
  close(): Promise<void>;
}

/** The engine in this process, for a Node API that wants no extra hop. The data folder is its own: no server runs on it meanwhile. */
export const openEngine = async ({ onTampering = () => {}, dataDir }: OpenEngineOptions = {}): Promise<OpenedEngine> => {
  const config = { ...processConfig(), ...(dataDir !== undefined && { dataDir }) };
  const { engine, close } = await wire({ ...config, ...unwatched, onTampering });
  const jobs = runJobs([deliverUsageJob(engine)], { onFailure: () => {} });
  return {
    verify: async (request) => toVerification(await verify(engine, "api", toCommand(request))),
    usage: { reportResponses: (batch) => addBatch(engine, batch) },
    close: async () => {
      await jobs.stop();
      await close();
    },
  };
};

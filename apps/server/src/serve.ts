import cluster from "node:cluster";
import { fileURLToPath } from "node:url";
import {
  type AtOnce,
  authenticate,
  authorizeEmbedded,
  authorizePerson,
  type Courier,
  createAddressGuard,
  createCourier,
  createVerdictWatch,
  leaveReminders,
  type VerifyCommand,
  type VerifyOutcome,
  verify,
  verifyEachAtOnce,
  whoLeaves,
} from "@keywright/core";
import type { FastifyInstance } from "fastify";
import { destination, type Logger } from "pino";
import { createApp } from "./app.ts";
import { type Config, processConfig } from "./config.ts";
import { makeFirstStart, startText } from "./first-start.ts";
import { createHandlers } from "./handlers/create-handlers.ts";
import type { SystemView } from "./handlers/get-system.ts";
import { createVerificationWriter } from "./handlers/verification-text.ts";
import { verifyKeysEachAtOnce, watchCommand } from "./handlers/verify-key.ts";
import { verifyKeysAtOnce } from "./handlers/verify-keys.ts";
import { letHeapGrow } from "./heap-growth.ts";
import { type CredentialGuard, createCredentialGuard } from "./http/credential-guard.ts";
import { changesFeed, createEventStreams, type EventStreams } from "./http/event-streams.ts";
import { systemTimer } from "./http/refusal-delay.ts";
import { verdictStreamBounds, verdictsFeed } from "./http/verdicts-feed.ts";
import { jobsOf } from "./jobs/jobs-of.ts";
import { keepStreamsJob } from "./jobs/keep-streams.ts";
import { runJobs } from "./jobs/run-jobs.ts";
import { watchVerdictsJob } from "./jobs/watch-verdicts.ts";
import { listen, requirePort } from "./listen.ts";
import { operatorReach } from "./operator-reach.ts";
import { type OtherSystems, openOtherSystems } from "./other-systems.ts";
import { requireEngines } from "./require-engines.ts";
import { serveMetrics } from "./serve-metrics.ts";
import { finish, finishDeliveries, nextSignal, stopAnswering } from "./stop.ts";
import { createEndpointMeters, type EndpointMeters } from "./telemetry/endpoint-meters.ts";
import { engineLog } from "./telemetry/engine-log.ts";
import { createEngineMeters, type EngineMeters } from "./telemetry/engine-meters.ts";
import { countEvents } from "./telemetry/event-counts.ts";
import { createJobMeters } from "./telemetry/job-meters.ts";
import { createLogger } from "./telemetry/logger.ts";
import { createMetrics, type MetricSources } from "./telemetry/metrics.ts";
import { watchSystem } from "./telemetry/system-view.ts";
import { openTracing, type Tracing, traceDeliveries, traceLedger } from "./telemetry/tracing.ts";
import { joinScrapes } from "./telemetry/worker-scrapes.ts";
import { version } from "./version.ts";
import { keepCodeWarm } from "./warm-code.ts";
import type { OpenedAccounts } from "./wire/open-accounts.ts";
import type { OutboxMail } from "./wire/open-mailer.ts";
import { type Watch, type Wired, wire } from "./wire/wire.ts";
import { keepRequestsYoung } from "./young-objects.ts";

/** Settings of the command line; they win over the environment's. */
export interface ServeOptions {
  readonly port?: number;
  readonly host?: string;
  readonly dataDir?: string;
}

/** The build lays them beside the server's own. */
const builtPages = fileURLToPath(new URL("../dist/dashboard", import.meta.url));
const guides = fileURLToPath(new URL("../dist/guides", import.meta.url));

/** What a worker says to the process that started it, when it serves. */
export const readyMessage = "ready";

/** Serves until SIGTERM or SIGINT, then stops gracefully. Resolves with the exit code. Rejects with one sentence where the start fails. */
export const serve = async (options: ServeOptions = {}): Promise<number> => {
  keepRequestsYoung();
  keepCodeWarm();
  letHeapGrow();
  const config = { ...processConfig(), ...options };
  // Standard output is for people: it shows the first root key, once, and no log may ever hold that.
  const tracing = await openTracing(config.tracing, (message) => logger.warn({ tracing: message }, "traces cannot be sent"));
  const logger = createLogger({ level: config.logLevel, destination: destination({ fd: 2, sync: false }), trace: tracing?.ids });
  const stopped = nextSignal();
  await requirePort(config);
  for (const warning of await requireEngines(config)) logger.warn(warning);
  const start: Start = { isDone: false, base: undefined };
  const publicAddress = () => config.publicUrl ?? start.base ?? `http://127.0.0.1:${config.port}`;
  const engines = createEngineMeters();
  const { watch, events } = countEvents({ ...engineLog(logger), ...watchCalls(engines, tracing) });
  const wired = await wire({ ...config, ...watch, onMail: (mail) => showMail(logger, mail), publicAddress });
  const accounts = wired.openAccounts({
    ...config,
    onFailure: (sentence, error) => logger.warn(error === undefined ? {} : { err: error }, sentence),
  });
  const others = await openOtherSystems(config, wired, logger);
  const { streams, verdictStreams, streamJobs, closeStreams } = openStreams(wired);
  const courier = courierOf(wired, tracing, logger);
  const ownJobs = [...jobsOf(wired, courier, { ...config, ...operatorReach(config, logger) }), ...streamJobs];
  const jobMeters = createJobMeters(ownJobs, { onFailure: (job, error) => logger.error({ job, err: error }, "a job failed and will run again") });
  const meters = createEndpointMeters();
  const watched = watchSystem({ ...wired.engine, readiness: others.readiness, engines, jobs: jobMeters, version });
  const readiness = async () => (start.isDone ? watched.readiness() : starting);
  const renderMetrics = openScrapes({ ...config, ...wired, endpoints: meters, engines, events, jobs: jobMeters, streams, verdictStreams });
  const app = appOf({ config, logger, ...others, ...watched, readiness, accounts, streams, verdictStreams, meters, renderMetrics, tracing }, wired);
  const base = await closingOnFailure(wired, listen(app, config));
  start.base = base;
  const metrics =
    config.metricsPort === undefined ? undefined : await closingOnFailure(wired, serveMetrics(renderMetrics, { ...config, port: config.metricsPort }));
  const jobs = runJobs(ownJobs, jobMeters);
  // Of processes that start at once on one store, the first one makes the first root key, and shows it.
  const first = await wired.turns.inTurn("first start", () => makeFirstStart(wired.engine, () => accounts.makeOperator(config.operatorEmail)));
  // Of several workers, one tells that they serve.
  if (first !== undefined || (cluster.worker?.id ?? 1) === 1) await print(startText(base, wired.engines, first));
  start.isDone = true;
  process.send?.(readyMessage);
  const loading = setTimeout(() => loadAccounts(accounts, logger), accountsPauseMs);
  logger.info({ signal: await stopped }, "stopping");
  clearTimeout(loading);
  closeStreams();
  await stopAnswering(app);
  metrics?.close();
  await finish(
    jobs
      .stop()
      .then(() => finishDeliveries(courier.idle()))
      .then(() => Promise.all([wired.close(), others.close(), tracing?.close()])),
  );
  if (process.connected) process.disconnect();
  return 0;
};

/** Calls of engines, measured; and where anything is traced, in its traces. */
const watchCalls = ({ note }: EngineMeters, tracing: Tracing | undefined): Pick<Watch, "onEngineCall" | "traceHeaders" | "watchLedger"> => {
  if (tracing === undefined) return { onEngineCall: note, traceHeaders: () => ({}), watchLedger: (ledger) => ledger };
  return {
    onEngineCall: (engine, call) => {
      note(engine, call);
      // A batch is nobody's: each request has a span of its own wait for the ledger.
      if (engine === "store" || engine === "secrets") tracing.noteCall(engine, call);
    },
    traceHeaders: tracing.headers,
    watchLedger: (ledger) => traceLedger(ledger, tracing),
  };
};

/** After a start the first verifications have the machine to themselves, each of which is slow; and a process that is stopped soon has loaded nothing in vain. */
const accountsPauseMs = 15_000;

/** Nobody waits for it: without this, whoever signs in first would, and every verification meanwhile with them. */
const loadAccounts = (accounts: OpenedAccounts, logger: Logger): void => {
  accounts.load().catch((error: unknown) => logger.warn({ err: error }, "accounts cannot be opened yet; they will be with the first sign-in"));
};

/** What is watched through this process, and the jobs that keep it going. */
const openStreams = ({ live, engine }: Wired) => {
  const verdicts = createVerdictWatch({ live, requests: engine.store.requests, clock: engine.clock });
  const streams = createEventStreams({ feed: changesFeed(live), timer: systemTimer });
  const verdictStreams = createEventStreams({ feed: verdictsFeed(verdicts), timer: systemTimer, bounds: verdictStreamBounds });
  return {
    streams,
    verdictStreams,
    streamJobs: [keepStreamsJob(streams), { ...keepStreamsJob(verdictStreams), name: "keep-verdict-streams" }, watchVerdictsJob(verdicts)],
    closeStreams: () => {
      for (const open of [streams, verdictStreams]) open.close();
    },
  };
};

interface Start {
  isDone: boolean;
  /** Where the server listens, once it does. */
  base: string | undefined;
}

/** Like the first root key, a link with its token is for the person at the machine, and in no log. */
const showMail = (logger: Logger, { to, subject, link, file }: OutboxMail): void => {
  const text = `A mail to ${to}, "${subject}", is in ${file}${link === undefined ? "" : `\n  ${link}`}\n`;
  print(text).catch((error: unknown) => logger.error({ err: error }, "a mail's link cannot be shown"));
};

/** The port is taken before the first root key is made, so that no start that fails can make one that nobody saw. */
const starting = { ready: false, checks: { start: "under way" } };

const closingOnFailure = <T>({ close }: Wired, opening: Promise<T>): Promise<T> =>
  opening.catch(async (error: unknown) => {
    await close();
    throw error;
  });

/** What a scrape is answered: by a worker, for all of them. */
const openScrapes = (sources: MetricSources): (() => Promise<string>) => {
  const metrics = createMetrics(sources);
  if (!cluster.isWorker) return metrics.render;
  return joinScrapes(metrics, { send: (message) => void process.send?.(message), onMessage: (listener) => void process.on("message", listener) });
};

const courierOf = ({ engine }: Wired, tracing: Tracing | undefined, logger: Logger): Courier =>
  createCourier({
    ...engine,
    webhookSender: traceDeliveries(engine.webhookSender, tracing),
    onFailure: (error) => logger.error({ err: error }, "a delivery failed and will be tried again"),
  });

interface AppParts extends OtherSystems {
  readonly systemView: SystemView;
  readonly config: Config;
  readonly logger: Logger;
  readonly accounts: OpenedAccounts;
  readonly streams: EventStreams;
  readonly verdictStreams: EventStreams;
  readonly meters: EndpointMeters;
  readonly renderMetrics: () => Promise<string>;
  readonly tracing: Tracing | undefined;
}

const appOf = ({ config, ...parts }: AppParts, { engine }: Wired): FastifyInstance => {
  const writeVerification = createVerificationWriter();
  return createApp({
    ...parts,
    version,
    handlers: createHandlers(engine, { ...parts, writeVerification }),
    authenticator: (credential) => authenticate(engine, credential),
    credentialGuard: guardOf(config, engine),
    verify: async (command) => watched(engine, command, await verify(engine, "api", command)),
    note: engine.recorder.note,
    verifyAtOnce: verifyKeysEachAtOnce(engine, writeVerification),
    verifyAllAtOnce: verifyKeysAtOnce(engine, writeVerification),
    verifyEachBehind: (credential, commands, tell) =>
      verifyEachAtOnce(engine, { credential, commands }, (place, atOnce) => tell(place, watchedAtOnce(engine, commands[place] as VerifyCommand, atOnce))),
    authorizePerson: (request) => authorizePerson(engine, request),
    authenticateEmbedded: (request) => authorizeEmbedded(engine, request),
    whoLeaves: (token) => whoLeaves(engine, token),
    leaveReminders: (token, caller) => leaveReminders(engine, token, caller),
    embedOrigins: config.policy.embedOrigins,
    publicUrl: config.publicUrl,
    pagesFolder: builtPages,
    guidesFolder: guides,
    addresses: engine.addresses,
    trustedProxies: config.trustedProxies,
    clock: engine.clock,
    random: engine.random,
    timer: systemTimer,
  });
};

const watched = (engine: Wired["engine"], command: VerifyCommand, outcome: VerifyOutcome): VerifyOutcome => {
  if (outcome.verdict !== "VALID") watchCommand(engine, command, outcome);
  return outcome;
};

const watchedAtOnce = (engine: Wired["engine"], command: VerifyCommand, atOnce: AtOnce): AtOnce => {
  if (atOnce === undefined) return undefined;
  return "verdict" in atOnce ? watched(engine, command, atOnce) : atOnce.then((outcome) => watched(engine, command, outcome));
};

const guardOf = ({ policy, trustedProxies }: Config, engine: Wired["engine"]): CredentialGuard =>
  createCredentialGuard({
    guard: createAddressGuard({
      ...engine,
      policy: policy.bruteForce,
      isSpared: engine.addresses.matcher([...ownAddresses, ...trustedProxies, ...policy.neverBlock]),
    }),
    isKnown: (secret) => engine.records.peek(engine.keyring.mark(secret)) !== undefined,
  });

const ownAddresses = ["127.0.0.0/8", "::1/128"];

/** Resolves when the text has left the process. A start whose first root key cannot be shown fails; `keywright recover` makes another. */
const print = (text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    process.stdout.once("error", reject);
    process.stdout.write(text, (error) => {
      process.stdout.off("error", reject);
      if (error)
        reject(
          new Error("What the start has to say cannot be written to standard output. If it held the first root key, `keywright recover` makes another.", {
            cause: error,
          }),
        );
      else resolve();
    });
  });

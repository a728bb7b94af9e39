import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openPostgres } from "@keywright/drivers";
import type { Browser, Page } from "playwright-core";
import { startPostgres } from "../engines/postgres-process.ts";
import type { Figure, Report } from "../figure.ts";
import { median } from "../median.ts";
import type { Options } from "../options.ts";
import { withRunning } from "../running.ts";
import { type Pool, runSql } from "../servers/run-sql.ts";
import { startServer } from "../servers/server-process.ts";
import { keysPath, launchBrowser, openPage, type SignedIn, signInFirst } from "./browser.ts";

const keys = 100_000;
const defaultRounds = 9;

interface Visit {
  readonly browser: Browser;
  readonly base: string;
  readonly state: SignedIn;
  readonly rounds: number;
}

/** What a person waits for: the first page with an empty cache, and an answer to a filter or an order among 100,000 keys. */
export const measureDashboard = ({ rounds = defaultRounds }: Options): Promise<Report> =>
  withRunning(async (running) => {
    const postgres = await running.add(startPostgres({ isSynced: false }));
    const databaseUrl = postgres.newDatabase("dashboard");
    const dataDir = await mkdtemp(join(tmpdir(), "keywright-bench-"));
    await running.add(Promise.resolve({ stop: () => rm(dataDir, { recursive: true, force: true }) }));
    const server = await running.add(startServer({ env: { DATABASE_URL: databaseUrl, KEYWRIGHT_DATA_DIR: dataDir } }));
    await fill(databaseUrl, /\((ten_\w+)\)/.exec(server.printed)?.[1] ?? "");
    const browser = await launchBrowser();
    await running.add(Promise.resolve({ stop: () => browser.close() }));
    const state = await signInFirst(browser, server.base, server.printed);
    const visit = { browser, base: server.base, state, rounds };
    const first = await measureFirstPage(visit);
    const answers = await measureAnswers(visit);
    return { figures: [...first, ...answers], notes, versions: { postgres: postgres.version, chromium: browser.version() } };
  });

const notes = [
  `A tenant of ${keys.toLocaleString("en")} keys in PostgreSQL; Chromium without a screen, on the same machine as the server and the database.`,
  "A filter is timed from the last key press, or the choice, until its answer stands in the page; of the search box a pause of 60 ms is part, in which more may be typed.",
  "Interactive: from the start of the navigation, with nothing in the browser's cache, until the keys are in the table.",
];

/** Rows, made in the database itself: names of 26 beginnings, a third in use, a third without an end. */
const fill = async (url: string, tenantId: string): Promise<void> => {
  const pool = openPostgres({ url, maxConnections: 1, deadlineMs: 600_000, prepares: false });
  await runSql(
    pool,
    `insert into api_keys (id, tenant_id, name, folded_name, environment, scopes, state, ip_allowlist, metadata, expires_at_ms, created_at_ms, updated_at_ms, revision, tag)
     select 'key_' || lpad(n::text, 22, '0'), $2, name, name, case n % 4 when 0 then 'test' else 'live' end, '{send_email}', 'active', '{}', '{}',
       case n % 3 when 0 then null else $3::bigint + n::bigint * 60000 end, $3, $3, 1, repeat('t', 43)
     from generate_series(1, $1::int) n, concat(chr(97 + n % 26), ' service ', n) as name`,
    [keys, tenantId, Date.now()],
  );
  await runSql(
    pool,
    `insert into key_secrets (id, key_id, digest, pepper_version, hint, created_at_ms, proved, tag)
     select 'sec_' || lpad(n::text, 22, '0'), 'key_' || lpad(n::text, 22, '0'), sha256(n::text::bytea), 1, 'pm_live_…' || right(md5(n::text), 4), $2, true, repeat('t', 43)
     from generate_series(1, $1::int) n`,
    [keys, Date.now()],
  );
  await runSql(pool, "update key_activity set last_used_at_ms = $1::bigint - hashtext(key_id)::bigint % 864000000 where hashtext(key_id) % 3 = 0", [
    Date.now(),
  ]);
  await analyze(pool);
  await pool.end();
};

const analyze = (pool: Pool) => runSql(pool, "vacuum analyze");

const measureFirstPage = async ({ browser, base, state, rounds }: Visit): Promise<readonly Figure[]> => {
  const taken: number[] = [];
  const sizes: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const page = await openPage(browser, base, state);
    const scripts: Promise<number>[] = [];
    page.on("requestfinished", (request) => {
      if (request.url().endsWith(".js")) scripts.push(request.sizes().then(({ responseBodySize }) => responseBodySize));
    });
    await page.goto(keysPath, { waitUntil: "commit" });
    const tookMs = await whenShown(page, "tbody tr a");
    // The first one warms the server.
    if (round > 0) {
      taken.push(tookMs);
      sizes.push((await Promise.all(scripts)).reduce((sum, size) => sum + size, 0));
    }
    await page.context().close();
  }
  return [
    { what: "scripts of the first page, compressed", value: median(sizes) / 1_000, unit: "kB", bar: 250 },
    { what: `first page until the keys are shown, median of ${rounds}`, value: median(taken), unit: "ms", bar: 1_000 },
  ];
};

/** Milliseconds from the start of the navigation until there is such an element, by the page's own clock. */
const whenShown = (page: Page, selector: string): Promise<number> =>
  page
    .waitForFunction((wanted) => document.querySelector(wanted) !== null && performance.now(), selector, { polling: "raf" })
    .then((handle) => handle.jsonValue() as Promise<number>);

/** What stands in the page when the answer is there: so many times this text, and nothing on its way. */
interface Sign {
  readonly text: string;
  readonly atLeast: number;
  readonly atMost: number;
}

interface Question {
  readonly what: string;
  readonly ask: (page: Page, round: number) => Promise<unknown>;
  readonly answer: (round: number) => Sign;
}

const many = 1_000;
const numberIn = (round: number): number => 10_001 + round * 7_919;
const search = async (page: Page, text: string): Promise<void> => {
  await page.getByRole("searchbox").focus();
  await page.keyboard.type(text);
};

const questions: readonly Question[] = [
  {
    what: "a search that one name answers",
    ask: (page, round) => search(page, `service ${numberIn(round)}`),
    answer: (round) => ({ text: `service ${numberIn(round)}`, atLeast: 1, atMost: many }),
  },
  { what: "a search that nothing answers", ask: (page) => search(page, "nobody has this"), answer: () => ({ text: "No key matches", atLeast: 1, atMost: 1 }) },
  {
    what: "a filter by environment",
    ask: (page) => page.getByLabel("Environment").selectOption("test"),
    answer: () => ({ text: `service ${keys - 4 * 49}`, atLeast: 1, atMost: 1 }),
  },
  {
    what: "the order of names",
    ask: (page) => page.getByRole("button", { name: "Name" }).click(),
    answer: () => ({ text: "a service ", atLeast: 50, atMost: many }),
  },
  {
    what: "the order of last uses",
    ask: (page) => page.getByRole("button", { name: "Last used" }).click(),
    answer: () => ({ text: "Not yet", atLeast: 0, atMost: 0 }),
  },
  {
    what: "the order of ends",
    ask: (page) => page.getByRole("button", { name: "Expires" }).click(),
    answer: () => ({ text: "Never", atLeast: 0, atMost: 0 }),
  },
];

const measureAnswers = async ({ browser, base, state, rounds }: Visit): Promise<readonly Figure[]> => {
  const page = await openPage(browser, base, state);
  // The moment of the last act: a key, a click or a choice.
  await page.addInitScript(() => {
    for (const type of ["keydown", "pointerdown", "change"]) addEventListener(type, () => performance.mark("act"), true);
  });
  const figures: Figure[] = [];
  for (const { what, ask, answer } of questions) {
    const taken: number[] = [];
    for (let round = 0; round <= rounds; round++) {
      await page.goto(keysPath);
      await page.locator("tbody tr a").first().waitFor();
      await ask(page, round);
      const tookMs = await whenAnswered(page, answer(round));
      if (round > 0) taken.push(tookMs);
    }
    figures.push({ what: `${what}, shown, median of ${rounds}`, value: median(taken), unit: "ms", bar: 300 });
  }
  await page.context().close();
  return figures;
};

const whenAnswered = (page: Page, sign: Sign): Promise<number> =>
  page
    .waitForFunction(
      ({ text, atLeast, atMost }) => {
        const times = (document.querySelector("main tbody, main h2")?.closest("main")?.textContent ?? "").split(text).length - 1;
        if (times < atLeast || times > atMost || document.querySelector("[aria-busy]") !== null) return false;
        return performance.now() - (performance.getEntriesByName("act").at(-1)?.startTime ?? 0);
      },
      sign,
      { polling: "raf" },
    )
    .then((handle) => handle.jsonValue() as Promise<number>);

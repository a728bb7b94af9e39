import { clientError } from "@keywright/sdk";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { Badge } from "../../ui/badge.tsx";
import { Loaded } from "../../ui/listing.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Section } from "../../ui/page-header.tsx";
import { words } from "../../words/words.ts";
import { engineName } from "./engines.tsx";

interface ReadinessAnswer {
  readonly status: "ready" | "unready";
  readonly checks: Readonly<Record<string, string>>;
}

const everyMs = 5_000;

/** `/readyz` answers 503 where something is missing, and says what: that is an answer too. */
const readiness = queryOptions({
  queryKey: ["readyz"],
  queryFn: async ({ signal }): Promise<ReadinessAnswer> => {
    const response = await fetch("/readyz", { signal }).catch(() => undefined);
    const told: unknown = await response?.json().catch(() => undefined);
    if (isAnswer(told)) return told;
    throw clientError("UNREACHABLE", "/readyz");
  },
  refetchInterval: everyMs,
});

const isAnswer = (value: unknown): value is ReadinessAnswer => typeof value === "object" && value !== null && "status" in value && "checks" in value;

const fine = "ok";

/** What the server tells everybody, for when it cannot look up who asks. */
export const Readiness = () => (
  <Section title={words.system.engines}>
    <Loaded query={useQuery(readiness)} rows={3}>
      {({ status, checks }) => (
        <div className="grid gap-4">
          <Notice tone={status === "ready" ? "good" : "danger"}>{status === "ready" ? words.system.ready : words.system.unready}</Notice>
          <ul className="grid divide-y divide-line">
            {Object.entries(checks).map(([name, said]) => (
              <li className="flex flex-wrap items-center justify-between gap-2 py-2.5" key={name}>
                <span className="font-medium">{engineName(name)}</span>
                <Badge tone={said === fine ? "good" : "danger"}>{said === fine ? words.system.states.ok : said}</Badge>
              </li>
            ))}
          </ul>
          <p className="text-quiet text-xs">{words.system.onlyReady}</p>
        </div>
      )}
    </Loaded>
  </Section>
);

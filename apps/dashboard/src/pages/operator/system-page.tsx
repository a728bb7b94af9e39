import { clientError } from "@keywright/sdk";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { Badge } from "../../ui/badge.tsx";
import { Loaded } from "../../ui/listing.tsx";
import { Notice } from "../../ui/notice.tsx";
import { PageHeader, Section } from "../../ui/page-header.tsx";
import { words } from "../../words/words.ts";
import { UsagePanel } from "../api-keys/usage-panel.tsx";

interface Readiness {
  readonly status: "ready" | "unready";
  readonly checks: Readonly<Record<string, string>>;
}

const everyMs = 5_000;

/** `/readyz` answers 503 where something is missing, and says what: that is an answer too. */
const readiness = queryOptions({
  queryKey: ["readyz"],
  queryFn: async ({ signal }): Promise<Readiness> => {
    const response = await fetch("/readyz", { signal }).catch(() => undefined);
    const told: unknown = await response?.json().catch(() => undefined);
    if (isReadiness(told)) return told;
    throw clientError("UNREACHABLE", "/readyz");
  },
  refetchInterval: everyMs,
});

const isReadiness = (value: unknown): value is Readiness => typeof value === "object" && value !== null && "status" in value && "checks" in value;

const names: Readonly<Record<string, string>> = words.system.names;
const fine = "ok";

/** For operators: whether every engine answers, and how much is verified. */
export const SystemPage = () => {
  const state = useQuery(readiness);
  return (
    <>
      <PageHeader description={words.system.lead} title={words.system.title} />
      <div className="grid gap-6">
        <Section title={words.system.engines}>
          <Loaded query={state} rows={3}>
            {({ status, checks }) => (
              <div className="grid gap-4">
                <Notice tone={status === "ready" ? "good" : "danger"}>{status === "ready" ? words.system.ready : words.system.unready}</Notice>
                <ul className="grid divide-y divide-line">
                  {Object.entries(checks).map(([name, said]) => (
                    <li className="flex flex-wrap items-center justify-between gap-2 py-2.5" key={name}>
                      <span className="font-medium">{names[name] ?? name}</span>
                      <Badge tone={said === fine ? "good" : "danger"}>{said === fine ? words.system.ok : said}</Badge>
                    </li>
                  ))}
                </ul>
              </div>
            )}
          </Loaded>
        </Section>
        <div className="grid gap-3">
          <h2 className="font-semibold text-base">{words.system.totals}</h2>
          <UsagePanel of={{}} />
        </div>
      </div>
    </>
  );
};

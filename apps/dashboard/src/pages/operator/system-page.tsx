import { useQuery } from "@tanstack/react-query";
import { read } from "../../api.ts";
import { isPassing } from "../../problem.ts";
import { Loaded } from "../../ui/listing.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { words } from "../../words/words.ts";
import { UsagePanel } from "../api-keys/usage-panel.tsx";
import { Background } from "./background.tsx";
import { Engines } from "./engines.tsx";
import { Readiness } from "./readiness.tsx";

const everyMs = 5_000;

/** For operators: how every engine and job is, what waits, and how much is verified. */
export const SystemPage = () => {
  const query = useQuery({ ...read("get-system"), refetchInterval: everyMs });
  return (
    <>
      <PageHeader description={words.system.lead} title={words.system.title} />
      <div className="grid grid-cols-1 gap-6">
        {/* Without the store nobody's permissions can be looked up: then there is what the server tells everybody. */}
        {isPassing(query.error) ? (
          <Readiness />
        ) : (
          <Loaded query={query} rows={3}>
            {(system) => (
              <>
                <Engines system={system} />
                <Background system={system} />
              </>
            )}
          </Loaded>
        )}
        <div className="grid gap-3">
          <h2 className="font-semibold text-base">{words.system.totals}</h2>
          <UsagePanel of={{}} />
        </div>
      </div>
    </>
  );
};

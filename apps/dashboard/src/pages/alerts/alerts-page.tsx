import { Link, useSearch } from "@tanstack/react-router";
import { PageHeader } from "../../ui/page-header.tsx";
import { words } from "../../words/words.ts";
import { AlertList } from "./alert-list.tsx";
import type { AlertSearch } from "./alert-search.ts";
import { MuteList } from "./mute-list.tsx";
import { type AlertPlace, operatorPlace, useTenantPlace } from "./place.ts";
import { RuleList } from "./rule-list.tsx";

/** The chosen tenant's alerts. */
export const TenantAlertsPage = () => (
  <AlertsPage lead={words.alerts.lead} place={useTenantPlace()} search={useSearch({ from: "/shell/tenant/settings/developers/alerts" })} />
);

/** For operators: their own alerts, of engines, root keys and addresses. */
export const OperatorAlertsPage = () => (
  <AlertsPage lead={words.alerts.operatorLead} place={operatorPlace} search={useSearch({ from: "/shell/operator/alerts" })} />
);

interface AlertsPageProps {
  readonly place: AlertPlace;
  readonly search: AlertSearch;
  readonly lead: string;
}

const AlertsPage = ({ place, search, lead }: AlertsPageProps) => (
  <>
    <PageHeader description={lead} title={words.alerts.title} />
    <Parts place={place} search={search} />
    {search.show === undefined && <AlertList place={place} search={search} />}
    {search.show === "rules" && <RuleList place={place} />}
    {search.show === "mutes" && <MuteList place={place} />}
  </>
);

const parts = ["alerts", "rules", "mutes"] as const;

const Parts = ({ place, search }: Pick<AlertsPageProps, "place" | "search">) => (
  <nav aria-label={words.alerts.parts} className="mb-5 flex gap-1 border-line border-b">
    {parts.map((part) => {
      const isShown = part === (search.show ?? "alerts");
      return (
        <Link
          aria-current={isShown ? "page" : undefined}
          className={`-mb-px min-h-9 rounded-t border-b-2 px-3 py-2 text-sm ${isShown ? "border-accent font-medium text-ink" : "border-transparent text-quiet hover:text-ink"}`}
          key={part}
          search={part === "alerts" ? {} : { show: part }}
          to={place.path}
        >
          {words.alerts.views[part]}
        </Link>
      );
    })}
  </nav>
);

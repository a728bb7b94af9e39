import type { Alert, AlertRule, AlertRuleId } from "@keywright/contract";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { BellRing, SearchX } from "lucide-react";
import { useState } from "react";
import { read } from "../../api.ts";
import { useEndless } from "../../endless.ts";
import { useMe } from "../../me.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Select } from "../../ui/field.tsx";
import { Listing } from "../../ui/listing.tsx";
import { Cell, HeadCell, Row, Table } from "../../ui/table.tsx";
import { useNow } from "../../use-now.ts";
import { formatAgo, formatMoment } from "../../words/format.ts";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";
import { AlertDialog } from "./alert-dialog.tsx";
import { type AlertSearch, alertStates, ruleIds } from "./alert-search.ts";
import { inUnit, SeverityBadge, StateBadge, unitOf } from "./alert-words.tsx";
import { MuteDialog } from "./mute-dialog.tsx";
import type { AlertPlace } from "./place.ts";

interface AlertListProps {
  readonly place: AlertPlace;
  readonly search: AlertSearch;
}

type Doing = { readonly kind: "look" | "mute"; readonly alert: Alert };

/** What goes on, and what did. */
export const AlertList = ({ place, search }: AlertListProps) => {
  const { can } = useMe();
  const navigate = useNavigate();
  const { state, rule } = search;
  const filter = { ...(state && { state }), ...(rule && { rule }) };
  const list = useEndless("list-alerts", { ...place.owner, ...filter }, { isUnsettled: (alert) => alert.state !== "ended", settlesMs: 15_000 });
  const rules = useQuery(read("list-alert-rules", { query: place.owner })).data?.data ?? [];
  const [doing, setDoing] = useState<Doing | undefined>();
  const go = (next: AlertSearch): void => void navigate({ to: place.path, search: next, replace: true, resetScroll: false });
  const canWrite = can("alerts:write");
  const ruleOf = (id: AlertRuleId): AlertRule | undefined => rules.find((one) => one.rule === id);
  const close = (): void => setDoing(undefined);
  return (
    <>
      <Filters onChange={go} search={search} />
      <Listing empty={<NoAlerts isFiltered={Object.keys(filter).length > 0} onRules={() => go({ show: "rules" })} />} list={list}>
        {(alerts) => <AlertTable alerts={alerts} onShow={(alert) => setDoing({ kind: "look", alert })} ruleOf={ruleOf} />}
      </Listing>
      {doing?.kind === "look" && (
        <AlertDialog
          alert={list.items?.find(({ id }) => id === doing.alert.id) ?? doing.alert}
          onClose={close}
          rule={ruleOf(doing.alert.rule)}
          {...(canWrite && { onMute: () => setDoing({ kind: "mute", alert: doing.alert }) })}
        />
      )}
      {doing?.kind === "mute" && <MuteDialog about={{ subject: doing.alert.subject.id, rule: doing.alert.rule }} onClose={close} owner={place.owner} />}
    </>
  );
};

const Filters = ({ search, onChange }: { readonly search: AlertSearch; readonly onChange: (search: AlertSearch) => void }) => {
  const { state, rule, ...rest } = search;
  return (
    <search className="mb-4 flex flex-wrap gap-2">
      <Select
        aria-label={words.alerts.state}
        onChange={({ target }) => {
          const chosen = alertStates.find((one) => one === target.value);
          onChange({ ...rest, ...(rule && { rule }), ...(chosen && { state: chosen }) });
        }}
        value={state ?? ""}
      >
        <option value="">{words.alerts.anyState}</option>
        {alertStates.map((one) => (
          <option key={one} value={one}>
            {words.alerts.states[one]}
          </option>
        ))}
      </Select>
      <Select
        aria-label={words.alertMutes.rule}
        className="max-w-full"
        onChange={({ target }) => {
          const chosen = ruleIds.find((one) => one === target.value);
          onChange({ ...rest, ...(state && { state }), ...(chosen && { rule: chosen }) });
        }}
        value={rule ?? ""}
      >
        <option value="">{words.alerts.anyRule}</option>
        {ruleIds.map((one) => (
          <option key={one} value={one}>
            {words.alertRuleNames[one]}
          </option>
        ))}
      </Select>
      {(state !== undefined || rule !== undefined) && (
        <Button look="ghost" onClick={() => onChange(rest)}>
          {words.alerts.clear}
        </Button>
      )}
    </search>
  );
};

const NoAlerts = ({ isFiltered, onRules }: { readonly isFiltered: boolean; readonly onRules: () => void }) =>
  isFiltered ? (
    <EmptyState icon={<SearchX aria-hidden className="size-5" />} title={words.alerts.noneTitle}>
      {words.alerts.noneText}
    </EmptyState>
  ) : (
    <EmptyState
      action={<Button onClick={onRules}>{words.alerts.toRules}</Button>}
      icon={<BellRing aria-hidden className="size-5" />}
      title={words.alerts.emptyTitle}
    >
      {words.alerts.emptyText}
    </EmptyState>
  );

interface AlertTableProps {
  readonly alerts: readonly Alert[];
  readonly ruleOf: (id: AlertRuleId) => AlertRule | undefined;
  readonly onShow: (alert: Alert) => void;
}

const AlertTable = ({ alerts, ruleOf, onShow }: AlertTableProps) => {
  const nowMs = useNow();
  return (
    <Table
      head={
        <>
          <HeadCell>{words.alerts.rule}</HeadCell>
          <HeadCell>{words.alerts.state}</HeadCell>
          <HeadCell className="hidden md:table-cell">{words.alerts.severity}</HeadCell>
          <HeadCell className="hidden sm:table-cell">{words.alerts.value}</HeadCell>
          <HeadCell className="hidden sm:table-cell">{words.alerts.started}</HeadCell>
          <HeadCell className="hidden lg:table-cell">{words.alerts.ended}</HeadCell>
        </>
      }
      label={words.alerts.list}
    >
      {alerts.map((alert) => (
        <Row key={alert.id}>
          <Cell>
            <button className="rounded-md text-start font-medium hover:underline" onClick={() => onShow(alert)} type="button">
              {words.alertRuleNames[alert.rule]}
            </button>
            <span className="block break-all font-mono text-quiet text-xs">{alert.subject.id}</span>
          </Cell>
          <Cell>
            <span className="flex flex-wrap gap-1">
              <StateBadge state={alert.state} />
              {alert.muted && <Badge>{words.alerts.muted}</Badge>}
            </span>
          </Cell>
          <Cell className="hidden md:table-cell">
            <SeverityBadge severity={alert.severity} />
          </Cell>
          <Cell className="hidden tabular-nums sm:table-cell">
            {say(words.alerts.of, { value: inUnit(alert.value, undefined), threshold: inUnit(alert.threshold, unitOf(ruleOf(alert.rule))) })}
          </Cell>
          <Cell className="hidden whitespace-nowrap text-quiet sm:table-cell">
            <time dateTime={alert.started_at} title={formatMoment(alert.started_at)}>
              {formatAgo(alert.started_at, nowMs)}
            </time>
          </Cell>
          <Cell className="hidden whitespace-nowrap text-quiet lg:table-cell">{alert.ended_at === null ? "" : formatMoment(alert.ended_at)}</Cell>
        </Row>
      ))}
    </Table>
  );
};

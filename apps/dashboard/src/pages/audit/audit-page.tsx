import { useNavigate, useSearch } from "@tanstack/react-router";
import { ScrollText } from "lucide-react";
import { useState } from "react";
import { useEndless } from "../../endless.ts";
import { useTenant } from "../../me.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Listing } from "../../ui/listing.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { Cell, HeadCell, Row, Table } from "../../ui/table.tsx";
import { formatMoment } from "../../words/format.ts";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";
import { useOwners } from "../api-keys/owners.ts";
import { AuditFilters } from "./audit-filters.tsx";
import { type AuditSearch, readAuditSearch, toAuditQuery } from "./audit-search.ts";
import { EntryDialog, whoOf } from "./entry-dialog.tsx";
import { ExportButton } from "./export-button.tsx";
import type { Entry } from "./to-csv.ts";

/** Every change in the tenant, the newest first. */
export const AuditPage = () => {
  const search = useSearch({ from: "/shell/tenant/audit-log" });
  const navigate = useNavigate();
  const query = { ...useTenant(), ...toAuditQuery(search) };
  const list = useEndless("list-audit-log", query);
  const [shown, setShown] = useState<Entry | undefined>();
  const go = (next: AuditSearch): void => void navigate({ to: "/audit-log", search: readAuditSearch({ ...next }), replace: true, resetScroll: false });
  return (
    <>
      <PageHeader actions={<ExportButton query={query} />} description={words.audit.lead} title={words.audit.title} />
      <AuditFilters onChange={go} search={search} />
      <Listing
        empty={
          <EmptyState icon={<ScrollText aria-hidden className="size-5" />} title={words.audit.emptyTitle}>
            {words.audit.emptyText}
          </EmptyState>
        }
        list={list}
      >
        {(entries) => <EntryTable entries={entries} onShow={setShown} />}
      </Listing>
      {shown !== undefined && <EntryDialog entry={shown} onClose={() => setShown(undefined)} />}
    </>
  );
};

interface EntryTableProps {
  readonly entries: readonly Entry[];
  readonly onShow: (entry: Entry) => void;
}

const EntryTable = ({ entries, onShow }: EntryTableProps) => {
  const owners = useOwners();
  return (
    <Table
      head={
        <>
          <HeadCell>{words.audit.action}</HeadCell>
          <HeadCell className="hidden sm:table-cell">{words.audit.when}</HeadCell>
          <HeadCell className="hidden sm:table-cell">{words.audit.actor}</HeadCell>
          <HeadCell className="hidden lg:table-cell">{words.audit.target}</HeadCell>
          <HeadCell className="hidden md:table-cell">{words.audit.from}</HeadCell>
        </>
      }
      label={words.audit.title}
    >
      {entries.map((entry) => (
        <Row key={entry.id}>
          <Cell>
            <button
              aria-label={say(words.audit.details, { action: entry.action })}
              className="break-all rounded-md text-start font-mono text-xs hover:underline"
              onClick={() => onShow(entry)}
              type="button"
            >
              {entry.action}
            </button>
            <span className="block text-quiet text-xs sm:hidden">
              {whoOf(entry, owners)} · {formatMoment(entry.at)}
            </span>
            {entry.reason !== null && <span className="block break-words text-quiet text-xs">{entry.reason}</span>}
          </Cell>
          <Cell className="hidden whitespace-nowrap text-quiet sm:table-cell">
            <time dateTime={entry.at}>{formatMoment(entry.at)}</time>
          </Cell>
          <Cell className="hidden sm:table-cell">
            <bdi className="break-words">{whoOf(entry, owners)}</bdi>
            {entry.actor.id !== null && <span className="block break-all font-mono text-quiet text-xs">{entry.actor.id}</span>}
          </Cell>
          <Cell className="hidden break-all font-mono text-xs lg:table-cell">{entry.target.id}</Cell>
          <Cell className="hidden whitespace-nowrap text-quiet md:table-cell">{entry.ip}</Cell>
        </Row>
      ))}
    </Table>
  );
};

import type { Tenant } from "@keywright/contract";
import { useNavigate } from "@tanstack/react-router";
import { Building2, MoreHorizontal, Plus } from "lucide-react";
import { useState } from "react";
import { useEndless } from "../../endless.ts";
import { chooseTenant } from "../../me.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button, IconButton } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { inputClass, Select } from "../../ui/field.tsx";
import { Listing } from "../../ui/listing.tsx";
import { Menu } from "../../ui/menu.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { Cell, HeadCell, Row, Table } from "../../ui/table.tsx";
import { formatDay } from "../../words/format.ts";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";
import { StatusDialog } from "./status-dialog.tsx";
import { TenantDialog } from "./tenant-dialog.tsx";

type Doing = { readonly kind: "create" } | { readonly kind: "edit" | "status"; readonly tenant: Tenant };

interface Filter {
  readonly q: string;
  readonly status: "" | Tenant["status"];
}

/** For operators: the customers. */
export const TenantsPage = () => {
  const [filter, setFilter] = useState<Filter>({ q: "", status: "" });
  const query = { ...(filter.q.trim() !== "" && { q: filter.q.trim() }), ...(filter.status !== "" && { status: filter.status }) };
  const list = useEndless("list-tenants", query);
  const [doing, setDoing] = useState<Doing | undefined>();
  const close = (): void => setDoing(undefined);
  const isFiltered = Object.keys(query).length > 0;
  const create = (
    <Button icon={<Plus aria-hidden className="size-4" />} look="primary" onClick={() => setDoing({ kind: "create" })}>
      {words.tenants.create}
    </Button>
  );
  return (
    <>
      <PageHeader actions={create} description={words.tenants.lead} title={words.tenants.title} />
      <Filters filter={filter} onChange={setFilter} />
      <Listing
        empty={
          <EmptyState action={isFiltered ? undefined : create} icon={<Building2 aria-hidden className="size-5" />} title={words.tenants.emptyTitle}>
            {isFiltered ? words.tenants.noneText : words.tenants.emptyText}
          </EmptyState>
        }
        list={list}
      >
        {(tenants) => <TenantTable onChoose={setDoing} tenants={tenants} />}
      </Listing>
      {doing?.kind === "create" && <TenantDialog onClose={close} />}
      {doing?.kind === "edit" && <TenantDialog onClose={close} tenant={doing.tenant} />}
      {doing?.kind === "status" && <StatusDialog onClose={close} tenant={doing.tenant} />}
    </>
  );
};

const Filters = ({ filter, onChange }: { readonly filter: Filter; readonly onChange: (filter: Filter) => void }) => (
  <search className="mb-4 flex flex-wrap gap-2">
    <input
      aria-label={words.tenants.search}
      className={`${inputClass} min-w-0 flex-1 basis-56 sm:max-w-80`}
      maxLength={100}
      onChange={(event) => onChange({ ...filter, q: event.target.value })}
      placeholder={words.tenants.search}
      type="search"
      value={filter.q}
    />
    <div>
      <Select
        aria-label={words.tenants.status}
        onChange={(event) => onChange({ ...filter, status: event.target.value as Filter["status"] })}
        value={filter.status}
      >
        <option value="">{words.tenants.anyStatus}</option>
        {Object.entries(words.tenants.statuses).map(([status, text]) => (
          <option key={status} value={status}>
            {text}
          </option>
        ))}
      </Select>
    </div>
  </search>
);

interface TenantTableProps {
  readonly tenants: readonly Tenant[];
  readonly onChoose: (doing: Doing) => void;
}

const TenantTable = ({ tenants, onChoose }: TenantTableProps) => {
  const navigate = useNavigate();
  const show = async (tenant: Tenant): Promise<void> => {
    await chooseTenant(tenant.id);
    await navigate({ to: "/settings/developers/api-keys", search: {} });
  };
  const menuOf = (tenant: Tenant) => [
    [
      { label: words.tenants.open, onSelect: () => void show(tenant) },
      { label: words.tenants.edit, onSelect: () => onChoose({ kind: "edit", tenant }) },
    ],
    [
      tenant.status === "active"
        ? { label: words.tenants.suspend, isDangerous: true, onSelect: () => onChoose({ kind: "status", tenant }) }
        : { label: words.tenants.activate, onSelect: () => onChoose({ kind: "status", tenant }) },
    ],
  ];
  return (
    <Table
      head={
        <>
          <HeadCell>{words.tenants.name}</HeadCell>
          <HeadCell>{words.tenants.status}</HeadCell>
          <HeadCell className="hidden md:table-cell">{words.tenants.tier}</HeadCell>
          <HeadCell className="hidden md:table-cell">{words.tenants.pool}</HeadCell>
          <HeadCell className="hidden lg:table-cell">{words.tenants.since}</HeadCell>
          <HeadCell className="w-12">
            <span className="sr-only">{words.keys.actions}</span>
          </HeadCell>
        </>
      }
      label={words.tenants.title}
    >
      {tenants.map((tenant) => (
        <Row key={tenant.id}>
          <Cell>
            <button className="rounded-md text-start font-medium hover:underline" onClick={() => void show(tenant)} type="button">
              <bdi className="break-words">{tenant.name}</bdi>
            </button>
          </Cell>
          <Cell>
            <Badge tone={tenant.status === "active" ? "good" : "danger"}>{words.tenants.statuses[tenant.status]}</Badge>
          </Cell>
          <Cell className="hidden md:table-cell">{words.tenants.tiers[tenant.tier]}</Cell>
          <Cell className="hidden whitespace-nowrap md:table-cell">{poolOf(tenant)}</Cell>
          <Cell className="hidden whitespace-nowrap text-quiet lg:table-cell">{formatDay(tenant.created_at)}</Cell>
          <Cell className="text-end">
            <Menu
              groups={menuOf(tenant)}
              trigger={
                <IconButton label={say(words.tenants.actions, { name: tenant.name })}>
                  <MoreHorizontal aria-hidden className="size-4" />
                </IconButton>
              }
            />
          </Cell>
        </Row>
      ))}
    </Table>
  );
};

const windows: Readonly<Record<number, string>> = words.tenants.windows;

const poolOf = ({ effective_rate_limit: { limit, window_seconds: seconds } }: Tenant): string =>
  say(words.tenants.poolOf, { count: limit, window: windows[seconds] ?? say(words.tenants.seconds, { count: seconds }) });

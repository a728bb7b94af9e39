import type { SystemStatus } from "@keywright/contract";
import { Badge, type Tone } from "../../ui/badge.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Cell, HeadCell, Row, Table } from "../../ui/table.tsx";
import { useNow } from "../../use-now.ts";
import { formatAgo, formatFine, formatMoment } from "../../words/format.ts";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";

type EngineView = SystemStatus["engines"][number];

const names: Readonly<Record<string, string>> = words.system.names;
export const engineName = (name: string): string => names[name] ?? name;

const tones: Readonly<Record<EngineView["state"], Tone>> = { ok: "good", degraded: "warn", away: "danger" };

/** Every engine: how it is, since when, and how fast it answers. */
export const Engines = ({ system }: { readonly system: SystemStatus }) => {
  const nowMs = useNow();
  const { ready, version, started_at: startedAt, engines } = system;
  return (
    <section aria-label={words.system.engines} className="grid grid-cols-1 gap-3">
      <h2 className="font-semibold text-base">{words.system.engines}</h2>
      <Notice tone={ready ? "good" : "danger"}>{ready ? words.system.ready : words.system.unready}</Notice>
      <Table
        head={
          <>
            <HeadCell>{words.system.engine}</HeadCell>
            <HeadCell>{words.system.state}</HeadCell>
            <HeadCell>{words.system.since}</HeadCell>
            <HeadCell className="hidden sm:table-cell">{words.system.latency}</HeadCell>
          </>
        }
        label={words.system.engines}
      >
        {engines.map((engine) => (
          <EngineRow engine={engine} key={engine.name} nowMs={nowMs} />
        ))}
      </Table>
      <p className="text-quiet text-xs">{say(words.system.version, { version, when: formatMoment(startedAt) })}</p>
    </section>
  );
};

const EngineRow = ({ engine: { name, state, detail, since, latency_ms: latency }, nowMs }: { readonly engine: EngineView; readonly nowMs: number }) => (
  <Row>
    <Cell>
      <span className="font-medium">{engineName(name)}</span>
      {state !== "ok" && detail !== null && <span className="wrap-anywhere block text-quiet text-xs">{detail}</span>}
    </Cell>
    <Cell>
      <Badge tone={tones[state]}>{words.system.states[state]}</Badge>
    </Cell>
    <Cell className="text-quiet">
      <time dateTime={since} title={formatMoment(since)}>
        {formatAgo(since, nowMs)}
      </time>
    </Cell>
    <Cell className="hidden tabular-nums sm:table-cell">
      {latency === null ? <span className="text-quiet">{words.system.noLatency}</span> : say(words.system.milliseconds, { value: formatFine(latency) })}
    </Cell>
  </Row>
);

import type { SystemStatus } from "@keywright/contract";
import { Badge } from "../../ui/badge.tsx";
import { Fact } from "../../ui/fact.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Section } from "../../ui/page-header.tsx";
import { Cell, HeadCell, Row, Table } from "../../ui/table.tsx";
import { formatMoment, formatNumber, formatSpan } from "../../words/format.ts";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";

/** What nobody waits for, until it is late. */
export const Background = ({ system }: { readonly system: SystemStatus }) => (
  <Section title={words.system.work}>
    <div className="grid grid-cols-1 gap-5">
      <dl className="grid gap-x-6 gap-y-3 text-sm sm:grid-cols-[16rem_minmax(0,1fr)]">
        <OutboxFacts outbox={system.outbox} />
        <Fact name={words.system.usageAge}>{spanOf(system.usage_age_seconds)}</Fact>
      </dl>
      <Jobs jobs={system.jobs} />
    </div>
  </Section>
);

const secondsMs = 1_000;
const leastMs = 60_000;

/** Below a minute, in seconds. */
const spanOf = (seconds: number): string =>
  seconds * secondsMs < leastMs ? say(words.system.seconds, { count: Math.round(seconds) }) : formatSpan(seconds * secondsMs);

const OutboxFacts = ({ outbox }: Pick<SystemStatus, "outbox">) => {
  if (outbox === null) return <Fact name={words.system.outbox}>{words.system.outboxAway}</Fact>;
  const { waiting, oldest_due_at: oldest } = outbox;
  return (
    <>
      <Fact name={words.system.waiting}>
        {oldest === null ? words.system.nothingWaits : say(words.system.waitingNow, { count: waiting, when: formatMoment(oldest) })}
      </Fact>
      <Fact name={words.system.failingWebhooks}>{formatNumber(outbox.failing_webhooks)}</Fact>
      <Fact name={words.system.disabledWebhooks}>{formatNumber(outbox.disabled_webhooks)}</Fact>
    </>
  );
};

const Jobs = ({ jobs }: Pick<SystemStatus, "jobs">) => {
  const late = jobs.filter((job) => job.late);
  return (
    <div className="grid grid-cols-1 gap-3">
      <Notice tone={late.length === 0 ? "good" : "warn"}>
        {late.length === 0 ? words.system.jobsFine : say(words.system.jobsLate, { count: late.length })}
      </Notice>
      {late.length > 0 && <JobTable jobs={late} label={words.system.jobs} />}
      <details className="text-sm">
        <summary className="rounded py-1 text-quiet">{words.system.allJobs}</summary>
        <div className="mt-2">
          <JobTable jobs={jobs} label={words.system.allJobs} />
        </div>
      </details>
    </div>
  );
};

const JobTable = ({ jobs, label }: Pick<SystemStatus, "jobs"> & { readonly label: string }) => (
  <Table
    head={
      <>
        <HeadCell>{words.system.job}</HeadCell>
        <HeadCell className="hidden sm:table-cell">{words.system.every}</HeadCell>
        <HeadCell>{words.system.lastSuccess}</HeadCell>
        <HeadCell>{words.system.failures}</HeadCell>
      </>
    }
    label={label}
  >
    {jobs.map(({ name, interval_seconds: interval, age_seconds: age, failures, late }) => (
      <Row key={name}>
        <Cell>
          <span className="break-all font-mono text-xs">{name}</span> {late && <Badge tone="warn">{words.system.late}</Badge>}
        </Cell>
        <Cell className="hidden sm:table-cell">{spanOf(interval)}</Cell>
        <Cell>{say(words.system.ago, { span: spanOf(age) })}</Cell>
        <Cell className="tabular-nums">{formatNumber(failures)}</Cell>
      </Row>
    ))}
  </Table>
);

import type { Delivery, Webhook } from "@keywright/contract";
import { useMutation, useQuery } from "@tanstack/react-query";
import { CircleCheck, Radio, TriangleAlert } from "lucide-react";
import { api, read, refresh } from "../../api.ts";
import { explain } from "../../problem.ts";
import { serverNow } from "../../server-clock.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogBody, DialogFooter } from "../../ui/dialog.tsx";
import { Notice } from "../../ui/notice.tsx";
import { formatAgo } from "../../words/format.ts";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";
import { hostOf } from "./place.ts";

interface TestDialogProps {
  readonly webhook: Webhook;
  readonly onClose: () => void;
}

/** Sends a test when it is asked for, and says what came of it. */
export const TestDialog = ({ webhook, onClose }: TestDialogProps) => {
  const host = hostOf(webhook.url);
  const { mutate, isPending, data, error } = useMutation({
    mutationFn: () => api.call("test-webhook", { params: { webhook_id: webhook.id } }),
    onSuccess: () => void refresh("list-webhook-deliveries"),
  });
  return (
    <Dialog onClose={onClose} size="small" title={words.webhooks.testTitle}>
      <DialogBody>
        <p className="wrap-anywhere text-quiet text-sm">{say(words.webhooks.testText, { host })}</p>
        {data !== undefined && <Outcome host={host} key={data.id} sent={data} />}
        {error !== null && <Notice tone="danger">{explain(error)}</Notice>}
      </DialogBody>
      <DialogFooter>
        <Button onClick={onClose}>{words.common.close}</Button>
        <Button data-first isBusy={isPending} look="primary" onClick={() => mutate()}>
          {data === undefined ? words.webhooks.testSubmit : words.webhooks.testAgain}
        </Button>
      </DialogFooter>
    </Dialog>
  );
};

const askEveryMs = 1_000;
/** An attempt has 15 seconds; what takes much longer waits for others, or for the circuit. */
const maxAsked = 30;
const newest = 20;

const wasTried = ({ status, last_attempt_at }: Delivery): boolean => status !== "pending" || last_attempt_at !== null;

/** Asks until the first attempt has been made. */
const useOutcome = (sent: Delivery) => {
  const find = (list: readonly Delivery[] | undefined): Delivery => list?.find(({ id }) => id === sent.id) ?? sent;
  const { data, dataUpdatedAt } = useQuery({
    ...read("list-webhook-deliveries", { params: { webhook_id: sent.webhook_id }, query: { limit: newest } }),
    staleTime: 0,
    refetchInterval: ({ state }) => (wasTried(find(state.data?.data)) || state.dataUpdateCount >= maxAsked ? false : askEveryMs),
  });
  return { delivery: find(data?.data), isLate: dataUpdatedAt > 0 && dataUpdatedAt - Date.parse(sent.created_at) > maxAsked * askEveryMs };
};

const Outcome = ({ sent, host }: { readonly sent: Delivery; readonly host: string }) => {
  const { delivery, isLate } = useOutcome(sent);
  return (
    <div aria-live="polite" className="grid gap-2 rounded-lg border border-line px-3 py-2.5 text-sm">
      {wasTried(delivery) ? (
        <Result delivery={delivery} host={host} />
      ) : (
        <span className="flex items-center gap-3 text-quiet">
          <Radio aria-hidden className="size-4 shrink-0 animate-pulse" />
          {isLate ? words.webhooks.testLate : words.webhooks.testWaiting}
        </span>
      )}
    </div>
  );
};

const Result = ({ delivery, host }: { readonly delivery: Delivery; readonly host: string }) => {
  const { status, last_status: code, last_problem: problem, last_answer: answer, next_attempt_at: next } = delivery;
  const isDelivered = status === "delivered";
  const Icon = isDelivered ? CircleCheck : TriangleAlert;
  return (
    <>
      <span className={`flex items-start gap-3 font-medium ${isDelivered ? "text-good" : "text-danger"}`}>
        <Icon aria-hidden className="mt-0.5 size-4 shrink-0" />
        <span className="wrap-anywhere min-w-0">
          {isDelivered ? say(words.webhooks.testDelivered, { host, status: String(code) }) : say(words.webhooks.testFailed, { problem: problem ?? "" })}
        </span>
      </span>
      {next !== null && <span className="text-quiet">{say(words.webhooks.testRetry, { when: formatAgo(next, serverNow()) })}</span>}
      {answer !== null && answer !== "" && <AnswerText text={answer} />}
    </>
  );
};

const AnswerText = ({ text }: { readonly text: string }) => (
  <div className="grid gap-1">
    <span className="text-quiet text-xs">{words.webhooks.answered}</span>
    <pre className="wrap-anywhere whitespace-pre-wrap rounded-md bg-sunken p-2 font-mono text-xs">{text}</pre>
  </div>
);

import type { ApiKey, EndpointReply } from "@keywright/contract";
import { useQuery } from "@tanstack/react-query";
import { useWatch } from "react-hook-form";
import { api, read, refresh, useIdempotencyKey } from "../../api.ts";
import { useActionForm } from "../../form.ts";
import { useTenant } from "../../me.ts";
import { codeOf } from "../../problem.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogBody, DialogFooter } from "../../ui/dialog.tsx";
import { Notice } from "../../ui/notice.tsx";
import { useNow } from "../../use-now.ts";
import { formatMoment } from "../../words/format.ts";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";

interface RegenerateDialogProps {
  readonly apiKey: ApiKey;
  readonly onRegenerated: (made: EndpointReply<"regenerate-key">) => void;
  readonly onClose: () => void;
}

const hour = 3_600;
const day = 86_400;
const usual = [0, hour, day, 7 * day] as const;
const fallbackGrace = day;

export const RegenerateDialog = ({ apiKey, onRegenerated, onClose }: RegenerateDialogProps) => {
  const options = useQuery(read("get-key-options", { query: useTenant() })).data;
  const idempotencyKey = useIdempotencyKey();
  const { form, submit, isBusy, failure } = useActionForm({
    defaultValues: { grace: String(fallbackGrace) },
    places: {},
    send: ({ grace }: { grace: string }) => {
      const body = { grace_seconds: Number(grace) };
      return api.call("regenerate-key", { params: { key_id: apiKey.id }, body, idempotencyKey: idempotencyKey(body) });
    },
    onDone: (made) => {
      void refresh("list-keys", "get-key", "list-audit-log");
      onRegenerated(made);
    },
    onFailed: (error) => {
      if (codeOf(error) === "KEY_NOT_ACTIVE") void refresh("list-keys", "get-key");
    },
  });
  const choices = [...new Set([...usual, options?.default_grace_seconds ?? fallbackGrace])].sort((a, b) => a - b);
  return (
    <Dialog description={words.regenerate.lead} onClose={onClose} title={say(words.regenerate.title, { name: apiKey.name })}>
      <form className="contents" noValidate onSubmit={submit}>
        <DialogBody>
          <fieldset className="grid gap-1.5">
            <legend className="mb-1.5 font-medium text-sm">{words.regenerate.grace}</legend>
            {choices.map((seconds) => (
              <label
                className="flex min-h-9 items-center gap-2.5 rounded-lg border border-line px-3 py-1.5 text-sm has-checked:border-accent has-checked:bg-accent-ground"
                key={seconds}
              >
                <input {...form.register("grace")} className="size-4" type="radio" value={seconds} />
                {graceWords(seconds)}
              </label>
            ))}
          </fieldset>
          <WhatStops apiKey={apiKey} grace={Number(useWatch({ control: form.control, name: "grace" }))} />
          {failure !== undefined && <Notice tone="danger">{failure}</Notice>}
        </DialogBody>
        <DialogFooter>
          <Button onClick={onClose}>{words.common.cancel}</Button>
          <Button isBusy={isBusy} look="primary" type="submit">
            {words.regenerate.submit}
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  );
};

const graceWords = (seconds: number): string => {
  if (seconds === 0) return words.regenerate.graceNone;
  if (seconds > day && seconds % day === 0) return say(words.regenerate.graceDays, { count: seconds / day });
  if (seconds % hour === 0) return say(words.regenerate.graceHours, { count: seconds / hour });
  return say(words.regenerate.graceMinutes, { count: Math.round(seconds / 60) });
};

/** What stops, and when. */
const WhatStops = ({ apiKey, grace }: { readonly apiKey: ApiKey; readonly grace: number }) => {
  const nowMs = useNow();
  const older = apiKey.secrets.filter(({ status }) => status === "previous");
  return (
    <div className="grid gap-2 text-sm">
      <Notice tone={grace === 0 ? "warn" : "info"}>
        {grace === 0
          ? say(words.regenerate.stopsNow, { hint: apiKey.hint })
          : say(words.regenerate.stopsAt, { hint: apiKey.hint, when: formatMoment(new Date(nowMs + grace * 1000).toISOString()) })}
      </Notice>
      {older.map(({ hint }) => (
        <p className="text-quiet" key={hint}>
          {say(words.regenerate.stopsOlder, { hint })}
        </p>
      ))}
    </div>
  );
};

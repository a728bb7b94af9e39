import type { EndpointReply } from "@keywright/contract";
import { Download } from "lucide-react";
import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogBody, DialogFooter } from "../../ui/dialog.tsx";
import { Notice } from "../../ui/notice.tsx";
import { saveFile } from "../../ui/save-file.ts";
import { AskSaved, Plaintext } from "../../ui/shown-once.tsx";
import { formatMoment } from "../../words/format.ts";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";

interface SecretDialogProps {
  readonly issued: EndpointReply<"create-webhook">;
  readonly isNew: boolean;
  readonly onClose: () => void;
}

/** Where the guide on webhooks shows how a receiver checks what arrives. */
const guide = "/docs/webhooks#what-arrives";

/** The one time that a signing secret is shown. It is in this dialog alone; closing asks, because it cannot be had again. */
export const SecretDialog = ({ issued, isNew, onClose }: SecretDialogProps) => {
  const [isLeaving, setLeaving] = useState(false);
  if (isLeaving) return <AskSaved onBack={() => setLeaving(false)} onLeave={onClose} words={words.webhooks} />;
  const leave = (): void => setLeaving(true);
  const { secret, previous_secret_until: overlapUntil } = issued;
  return (
    <Dialog onClose={leave} size="wide" title={isNew ? words.webhooks.secretTitle : words.webhooks.rotatedTitle}>
      <DialogBody>
        <Notice tone="warn">{words.webhooks.once}</Notice>
        <Plaintext copyLabel={words.webhooks.copySecret} label={words.webhooks.secret} text={secret}>
          <Button icon={<Download aria-hidden className="size-4" />} onClick={() => saveFile("webhook.env", `WEBHOOK_SECRET=${secret}\n`)}>
            {words.webhooks.download}
          </Button>
        </Plaintext>
        {overlapUntil !== null && <Notice>{say(words.webhooks.overlap, { when: formatMoment(overlapUntil) })}</Notice>}
        <p className="text-quiet text-sm">
          {words.webhooks.verify}{" "}
          <a className="text-accent underline" href={guide} rel="noreferrer" target="_blank">
            {words.webhooks.verifyLink}
          </a>
        </p>
      </DialogBody>
      <DialogFooter>
        <Button look="primary" onClick={leave}>
          {words.webhooks.done}
        </Button>
      </DialogFooter>
    </Dialog>
  );
};

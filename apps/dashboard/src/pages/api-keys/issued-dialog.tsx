import type { ApiKey } from "@keywright/contract";
import { Download } from "lucide-react";
import { Tabs } from "radix-ui";
import { useState } from "react";
import { serverNow } from "../../server-clock.ts";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Dialog, DialogBody, DialogFooter } from "../../ui/dialog.tsx";
import { Notice } from "../../ui/notice.tsx";
import { saveFile } from "../../ui/save-file.ts";
import { AskSaved, Plaintext } from "../../ui/shown-once.tsx";
import { formatMoment } from "../../words/format.ts";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";
import { codeExamples } from "./code-examples.ts";
import { FirstRequest } from "./first-request.tsx";

export interface IssuedKey {
  readonly apiKey: ApiKey & { readonly key: string };
  /** When the replaced secret stops working; undefined: the key is new. */
  readonly previousUntil: string | undefined;
}

interface IssuedDialogProps {
  readonly issued: IssuedKey;
  readonly onClose: () => void;
}

/** The one time that a plaintext is shown. It is in this dialog alone; closing asks, because it cannot be had again. */
export const IssuedDialog = ({ issued, onClose }: IssuedDialogProps) => {
  const [isLeaving, setLeaving] = useState(false);
  const { apiKey, previousUntil } = issued;
  if (isLeaving) return <AskSaved onBack={() => setLeaving(false)} onLeave={onClose} words={words.issued} />;
  const leave = (): void => setLeaving(true);
  return (
    <Dialog onClose={leave} size="wide" title={previousUntil === undefined ? words.issued.createdTitle : words.issued.regeneratedTitle}>
      <DialogBody>
        <Notice tone="warn">{words.issued.once}</Notice>
        <Plaintext copyLabel={words.issued.copyKey} label={words.issued.key} text={apiKey.key}>
          <Button icon={<Download aria-hidden className="size-4" />} onClick={() => saveFile("api-key.env", `API_KEY=${apiKey.key}\n`)}>
            {words.issued.download}
          </Button>
        </Plaintext>
        {previousUntil !== undefined && <Previous until={previousUntil} />}
        <Examples text={apiKey.key} />
        {previousUntil === undefined && <FirstRequest keyId={apiKey.id} />}
      </DialogBody>
      <DialogFooter>
        <Button look="primary" onClick={leave}>
          {words.issued.done}
        </Button>
      </DialogFooter>
    </Dialog>
  );
};

const Previous = ({ until }: { readonly until: string }) => {
  const hasEnded = Date.parse(until) <= serverNow();
  return <Notice>{hasEnded ? words.issued.previousEnded : say(words.issued.previous, { when: formatMoment(until) })}</Notice>;
};

const Examples = ({ text }: { readonly text: string }) => (
  <Tabs.Root className="overflow-hidden rounded-lg border border-line" defaultValue={codeExamples[0]?.language ?? ""}>
    <Tabs.List aria-label={words.issued.examples} className="flex overflow-x-auto border-line border-b bg-sunken px-1">
      {codeExamples.map(({ language }) => (
        <Tabs.Trigger
          className="-outline-offset-2 min-h-9 border-transparent border-b-2 px-2.5 text-quiet text-xs data-[state=active]:border-accent data-[state=active]:font-medium data-[state=active]:text-ink"
          key={language}
          value={language}
        >
          {language}
        </Tabs.Trigger>
      ))}
    </Tabs.List>
    {codeExamples.map(({ language, code }) => (
      <Tabs.Content className="-outline-offset-2 relative" key={language} value={language}>
        <pre className="wrap-anywhere whitespace-pre-wrap p-3 pe-12 font-mono text-xs leading-5">{code(text)}</pre>
        <CopyButton className="absolute top-1.5 right-1.5 bg-surface" isIconOnly label={words.issued.copyExample} look="ghost" text={code(text)} />
      </Tabs.Content>
    ))}
  </Tabs.Root>
);

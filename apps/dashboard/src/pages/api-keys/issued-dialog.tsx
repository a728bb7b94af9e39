import type { ApiKey } from "@keywright/contract";
import { Download, KeyRound } from "lucide-react";
import { Tabs } from "radix-ui";
import { useState } from "react";
import { serverNow } from "../../server-clock.ts";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Dialog, DialogBody, DialogFooter } from "../../ui/dialog.tsx";
import { inputClass } from "../../ui/field.tsx";
import { Notice } from "../../ui/notice.tsx";
import { formatMoment } from "../../words/format.ts";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";
import { codeExamples } from "./code-examples.ts";
import { FirstRequest } from "./first-request.tsx";
import { saveFile } from "./save-file.ts";

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
  if (isLeaving) return <AskSaved onBack={() => setLeaving(false)} onLeave={onClose} />;
  const leave = (): void => setLeaving(true);
  return (
    <Dialog onClose={leave} size="wide" title={previousUntil === undefined ? words.issued.createdTitle : words.issued.regeneratedTitle}>
      <DialogBody>
        <Notice tone="warn">{words.issued.once}</Notice>
        <Plaintext text={apiKey.key} />
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

const Plaintext = ({ text }: { readonly text: string }) => (
  <div className="grid gap-2">
    <label className="font-medium text-sm" htmlFor="plaintext">
      {words.issued.key}
    </label>
    <div className="flex flex-wrap gap-2">
      <textarea
        autoComplete="off"
        className={`${inputClass} min-w-0 flex-1 basis-72 resize-none break-all font-mono text-sm [field-sizing:content]`}
        data-1p-ignore
        id="plaintext"
        onFocus={(event) => event.target.select()}
        readOnly
        rows={1}
        spellCheck={false}
        value={text}
      />
      <CopyButton label={words.issued.copyKey} look="primary" text={text} />
      <Button icon={<Download aria-hidden className="size-4" />} onClick={() => saveFile("api-key.env", `API_KEY=${text}\n`)}>
        {words.issued.download}
      </Button>
    </div>
  </div>
);

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

const AskSaved = ({ onBack, onLeave }: { readonly onBack: () => void; readonly onLeave: () => void }) => (
  <Dialog onClose={onBack} size="small" title={words.issued.askTitle}>
    <DialogBody>
      <div className="flex gap-3">
        <KeyRound aria-hidden className="mt-0.5 size-5 shrink-0 text-warn" />
        <p className="text-quiet text-sm">{words.issued.askText}</p>
      </div>
    </DialogBody>
    <DialogFooter>
      <Button onClick={onBack}>{words.issued.askBack}</Button>
      <Button data-first look="primary" onClick={onLeave}>
        {words.issued.askYes}
      </Button>
    </DialogFooter>
  </Dialog>
);

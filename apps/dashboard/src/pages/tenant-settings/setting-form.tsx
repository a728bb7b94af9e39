import type { FormEvent, ReactNode } from "react";
import { useMe } from "../../me.ts";
import { Button } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Section } from "../../ui/page-header.tsx";
import { words } from "../../words/words.ts";

interface SettingFormProps {
  readonly title: string;
  readonly lead: string;
  readonly onSubmit: (event: FormEvent) => void;
  readonly isBusy: boolean;
  readonly failure: string | undefined;
  readonly children: ReactNode;
}

/** One setting, with its button; whoever may not change it sees it as it is. */
export const SettingForm = ({ title, lead, onSubmit, isBusy, failure, children }: SettingFormProps) => {
  const mayWrite = useMe().can("settings:write");
  return (
    <Section title={title}>
      <form aria-label={title} className="grid gap-4" noValidate onSubmit={onSubmit}>
        <p className="text-quiet text-sm">{lead}</p>
        <fieldset className="grid gap-3" disabled={!mayWrite}>
          <legend className="sr-only">{title}</legend>
          {children}
        </fieldset>
        {failure !== undefined && <Notice tone="danger">{failure}</Notice>}
        {mayWrite && (
          <div>
            <Button isBusy={isBusy} look="primary" type="submit">
              {words.common.save}
            </Button>
          </div>
        )}
      </form>
    </Section>
  );
};

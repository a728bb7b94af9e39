import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { sessionQuery } from "../../accounts.ts";
import { useMe } from "../../me.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog, DialogBody } from "../../ui/dialog.tsx";
import { PageHeader, Section } from "../../ui/page-header.tsx";
import { useToast } from "../../ui/toast.tsx";
import { words } from "../../words/words.ts";
import { ChangePasswordForm } from "../sign-in/change-password-form.tsx";
import { ReminderSection } from "./reminder-section.tsx";
import { SessionList } from "./session-list.tsx";
import { TwoFactorSection } from "./two-factor-section.tsx";

/** One's own account: who one is, how one signs in, and where one is signed in. */
export const AccountPage = () => {
  const { account, standings } = useMe();
  const hasTwoFactor = useQuery(sessionQuery).data?.account?.two_factor_enabled ?? account.two_factor_enabled;
  return (
    <>
      <PageHeader description={words.account.lead} title={words.account.title} />
      <div className="grid max-w-3xl gap-6">
        <Section title={words.account.profile}>
          <dl className="grid gap-x-6 gap-y-3 text-sm sm:grid-cols-[8rem_minmax(0,1fr)]">
            <dt className="text-quiet">{words.account.name}</dt>
            <dd className="break-words">
              <bdi>{account.name}</bdi>
            </dd>
            <dt className="text-quiet">{words.account.email}</dt>
            <dd className="break-all">{account.email}</dd>
            {!account.is_operator && standings.length > 0 && (
              <>
                <dt className="text-quiet">{words.account.leave}</dt>
                <dd className="flex flex-wrap gap-2">
                  {standings.map(({ tenantId, tenantName, role }) => (
                    <Badge key={tenantId}>{`${tenantName}: ${words.roles[role]}`}</Badge>
                  ))}
                </dd>
              </>
            )}
          </dl>
        </Section>
        <PasswordSection />
        <TwoFactorSection isOn={hasTwoFactor} />
        <ReminderSection />
        <SessionList />
      </div>
    </>
  );
};

const PasswordSection = () => {
  const [isOpen, setOpen] = useState(false);
  const toast = useToast();
  const onChanged = (): void => {
    setOpen(false);
    toast({ text: words.account.passwordChanged });
  };
  return (
    <Section actions={<Button onClick={() => setOpen(true)}>{words.account.changePassword}</Button>} title={words.account.password}>
      <p className="text-quiet text-sm">{words.account.passwordLead}</p>
      {isOpen && (
        <Dialog description={words.account.passwordLead} onClose={() => setOpen(false)} size="small" title={words.account.changePassword}>
          <DialogBody>
            <ChangePasswordForm onChanged={onChanged} />
          </DialogBody>
        </Dialog>
      )}
    </Section>
  );
};

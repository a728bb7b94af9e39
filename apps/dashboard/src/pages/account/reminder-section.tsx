import { useMutation, useQuery } from "@tanstack/react-query";
import { api, read, refresh } from "../../api.ts";
import { explain } from "../../problem.ts";
import { CheckBox } from "../../ui/field.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Section } from "../../ui/page-header.tsx";
import { useToast } from "../../ui/toast.tsx";
import { words } from "../../words/words.ts";

/** Whether one is reminded of keys by mail. */
export const ReminderSection = () => {
  const toast = useToast();
  const told = useQuery(read("get-me")).data?.reminder_mails;
  const { mutate, isPending, error } = useMutation({
    mutationFn: (isWanted: boolean) => api.call("update-me", { body: { reminder_mails: isWanted } }),
    onSuccess: ({ reminder_mails: isWanted }) => toast({ text: isWanted ? words.account.remindersOn : words.account.remindersOff }),
    onSettled: () => refresh("get-me"),
  });
  return (
    <Section title={words.account.reminders}>
      <CheckBox
        checked={told === true}
        disabled={told === undefined || isPending}
        hint={words.account.remindersHint}
        label={words.account.remindersLabel}
        onChange={(event) => mutate(event.target.checked)}
      />
      {error !== null && <Notice tone="danger">{explain(error)}</Notice>}
    </Section>
  );
};

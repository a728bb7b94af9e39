import { callAccount } from "../../accounts.ts";
import { useActionForm } from "../../form.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Notice } from "../../ui/notice.tsx";
import { words } from "../../words/words.ts";

interface ChangePasswordFormProps {
  /** The one that was just used to sign in, where that is known: it is not asked for again. */
  readonly current?: string | undefined;
  readonly onChanged: () => void;
}

export const ChangePasswordForm = ({ current, onChanged }: ChangePasswordFormProps) => {
  const { form, submit, isBusy, failure } = useActionForm({
    defaultValues: { current_password: current ?? "", new_password: "" },
    places: { current_password: "current_password", new_password: "new_password" },
    send: (fields: { current_password: string; new_password: string }) => callAccount("POST /change-password", fields),
    onDone: onChanged,
  });
  const { errors } = form.formState;
  const required = words.signIn.required;
  return (
    <form className="grid gap-4" noValidate onSubmit={submit}>
      {current === undefined && (
        <TextField
          {...form.register("current_password", { required })}
          autoComplete="current-password"
          error={errors.current_password?.message}
          label={words.signIn.current}
          type="password"
        />
      )}
      <TextField
        {...form.register("new_password", { required })}
        autoComplete="new-password"
        error={errors.new_password?.message}
        hint={words.signIn.chosenHint}
        label={words.signIn.chosen}
        type="password"
      />
      {failure !== undefined && <Notice tone="danger">{failure}</Notice>}
      <Button isBusy={isBusy} look="primary" type="submit">
        {words.signIn.changeSubmit}
      </Button>
    </form>
  );
};

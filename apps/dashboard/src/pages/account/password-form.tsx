import { useActionForm } from "../../form.ts";
import { Button, type ButtonLook } from "../../ui/button.tsx";
import { DialogBody, DialogFooter } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { Notice } from "../../ui/notice.tsx";
import { words } from "../../words/words.ts";

interface PasswordFormProps<Answer> {
  readonly action: string;
  readonly look?: ButtonLook;
  readonly send: (password: string) => Promise<Answer>;
  readonly onDone: (answer: Answer) => void;
  readonly onClose: () => void;
}

/** What changes how one signs in asks for the password: an open page is not yet its owner. */
export const PasswordForm = <Answer,>({ action, look = "primary", send, onDone, onClose }: PasswordFormProps<Answer>) => {
  const { form, submit, isBusy, failure } = useActionForm({
    defaultValues: { password: "" },
    places: { password: "password" },
    send: ({ password }: { password: string }) => send(password),
    onDone,
  });
  return (
    <form className="contents" noValidate onSubmit={submit}>
      <DialogBody>
        <TextField
          {...form.register("password", { required: words.front.required })}
          autoComplete="current-password"
          error={form.formState.errors.password?.message}
          label={words.account.current}
          type="password"
        />
        {failure !== undefined && <Notice tone="danger">{failure}</Notice>}
      </DialogBody>
      <DialogFooter>
        <Button onClick={onClose}>{words.common.cancel}</Button>
        <Button isBusy={isBusy} look={look} type="submit">
          {action}
        </Button>
      </DialogFooter>
    </form>
  );
};

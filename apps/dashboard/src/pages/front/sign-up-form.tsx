import { callAccount } from "../../accounts.ts";
import { useActionForm } from "../../form.ts";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import { Notice } from "../../ui/notice.tsx";
import { words } from "../../words/words.ts";

interface SignUpFormProps {
  /** The invitation's: it proves that the address is read. */
  readonly token: string;
  readonly onDone: () => void;
}

interface SignUpFields {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/** Opens an account, and signs in to it. */
export const SignUpForm = ({ token, onDone }: SignUpFormProps) => {
  const { form, submit, isBusy, failure } = useActionForm({
    defaultValues: { name: "", email: "", password: "" },
    places: { name: "name", email: "email", password: "password", new_password: "password" },
    send: async ({ name, email, password }: SignUpFields) => {
      await callAccount("POST /sign-up/email", { name, email, password, invitation: token });
      return callAccount("POST /sign-in/email", { email, password });
    },
    onDone,
  });
  const { errors } = form.formState;
  const required = words.front.required;
  return (
    <form className="grid gap-4" noValidate onSubmit={submit}>
      <TextField {...form.register("name", { required })} autoComplete="name" error={errors.name?.message} label={words.front.name} />
      <TextField
        {...form.register("email", { required })}
        autoComplete="username"
        error={errors.email?.message}
        inputMode="email"
        label={words.signIn.email}
        type="email"
      />
      <TextField
        {...form.register("password", { required })}
        autoComplete="new-password"
        error={errors.password?.message}
        hint={words.signIn.chosenHint}
        label={words.signIn.password}
        type="password"
      />
      {failure !== undefined && <Notice tone="danger">{failure}</Notice>}
      <Button isBusy={isBusy} look="primary" type="submit">
        {words.front.signUpSubmit}
      </Button>
    </form>
  );
};

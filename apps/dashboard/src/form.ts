import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { type FieldValues, type Path, type UseFormProps, useForm } from "react-hook-form";
import { type Places, sortProblem } from "./problem.ts";

interface ActionFormOptions<Fields extends FieldValues, Answer> extends Pick<UseFormProps<Fields>, "defaultValues"> {
  /** Where what the server finds wrong stands. */
  readonly places: Places<Path<Fields>>;
  readonly send: (fields: Fields) => Promise<Answer>;
  readonly onDone: (answer: Answer, fields: Fields) => void;
  /** Besides what is shown. */
  readonly onFailed?: (error: unknown) => void;
}

/**
 * A form whose submission is one call. What the server finds wrong stands at its field, the rest in `failure`; what was typed stays. A second
 * submission while the first is under way does nothing.
 */
export const useActionForm = <Fields extends FieldValues, Answer>({ places, send, onDone, onFailed, ...options }: ActionFormOptions<Fields, Answer>) => {
  const form = useForm<Fields>({ ...options, shouldFocusError: true });
  const [failure, setFailure] = useState<string | undefined>();
  const { mutateAsync, isPending } = useMutation({ mutationFn: send });
  const submit = form.handleSubmit(async (fields) => {
    if (isPending) return;
    setFailure(undefined);
    try {
      onDone(await mutateAsync(fields), fields);
    } catch (error) {
      onFailed?.(error);
      const sorted = sortProblem(error, places);
      for (const [index, { name, text }] of sorted.fields.entries()) form.setError(name, { type: "server", message: text }, { shouldFocus: index === 0 });
      setFailure(sorted.rest);
    }
  });
  return { form, submit: (event: React.FormEvent) => void submit(event), isBusy: isPending, failure };
};

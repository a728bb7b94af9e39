import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { type FieldValues, type Path, type UseFormProps, useForm } from "react-hook-form";
import { sortProblem } from "./problem.ts";

interface ActionFormOptions<Fields extends FieldValues, Answer> extends Pick<UseFormProps<Fields>, "defaultValues"> {
  /** The fields that a problem document may be about, as they stand in the form; `rate_limit` takes what is about `rate_limit.limit`. */
  readonly names: readonly Path<Fields>[];
  readonly send: (fields: Fields) => Promise<Answer>;
  readonly onDone: (answer: Answer, fields: Fields) => void;
}

/**
 * A form whose submission is one call. What the server finds wrong stands at its field, the rest in `failure`; what was typed stays. A second
 * submission while the first is under way does nothing.
 */
export const useActionForm = <Fields extends FieldValues, Answer>({ names, send, onDone, ...options }: ActionFormOptions<Fields, Answer>) => {
  const form = useForm<Fields>({ ...options, shouldFocusError: true });
  const [failure, setFailure] = useState<string | undefined>();
  const { mutateAsync, isPending } = useMutation({ mutationFn: send });
  const submit = form.handleSubmit(async (fields) => {
    if (isPending) return;
    setFailure(undefined);
    try {
      onDone(await mutateAsync(fields), fields);
    } catch (error) {
      const sorted = sortProblem(error, names);
      for (const [index, { name, text }] of sorted.fields.entries()) form.setError(name, { type: "server", message: text }, { shouldFocus: index === 0 });
      setFailure(sorted.rest);
    }
  });
  return { form, submit: (event: React.FormEvent) => void submit(event), isBusy: isPending, failure };
};

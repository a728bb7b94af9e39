import type { ApiKey } from "@keywright/contract";
import { CreateDialog } from "./create-dialog.tsx";
import { IssuedDialog, type IssuedKey } from "./issued-dialog.tsx";
import { RegenerateDialog } from "./regenerate-dialog.tsx";
import { RevokeDialog } from "./revoke-dialog.tsx";
import { SwitchDialog } from "./switch-dialog.tsx";

export type Task =
  | { readonly kind: "create" }
  | { readonly kind: "regenerate" | "revoke" | "switch"; readonly apiKey: ApiKey }
  | { readonly kind: "issued"; readonly issued: IssuedKey };

export interface TaskDialogProps {
  readonly task: Task;
  readonly onNext: (task: Task | undefined) => void;
}

export const TaskDialog = ({ task, onNext }: TaskDialogProps) => {
  const onClose = (): void => onNext(undefined);
  switch (task.kind) {
    case "create":
      return <CreateDialog onClose={onClose} onCreated={(created) => onNext({ kind: "issued", issued: { apiKey: created, previousUntil: undefined } })} />;
    case "regenerate":
      return (
        <RegenerateDialog
          apiKey={task.apiKey}
          onClose={onClose}
          onRegenerated={(made) => onNext({ kind: "issued", issued: { apiKey: made, previousUntil: made.previous_secret_valid_until } })}
        />
      );
    case "revoke":
      return <RevokeDialog apiKey={task.apiKey} onClose={onClose} />;
    case "switch":
      return <SwitchDialog apiKey={task.apiKey} onClose={onClose} />;
    case "issued":
      return <IssuedDialog issued={task.issued} onClose={onClose} />;
  }
};

import { Dialog, DialogBody } from "../../ui/dialog.tsx";
import { formatMoment } from "../../words/format.ts";
import { words } from "../../words/words.ts";
import { type Owners, useOwners } from "../api-keys/owners.ts";
import type { Entry } from "./to-csv.ts";

const actors: Readonly<Record<string, string>> = words.audit.actors;

/** A member by their name, where it is known; whoever else by what they are. */
export const whoOf = ({ actor }: Entry, { members }: Pick<Owners, "members">): string =>
  members.find(({ id }) => actor.type === "member" && id === actor.id)?.name ?? actors[actor.type] ?? actor.type;

/** All that the log has of one change. */
export const EntryDialog = ({ entry, onClose }: { readonly entry: Entry; readonly onClose: () => void }) => {
  const owners = useOwners();
  const facts = [
    [words.audit.when, formatMoment(entry.at)],
    [words.audit.actor, [whoOf(entry, owners), entry.actor.id ?? ""].join(" ").trim()],
    [words.audit.target, entry.target.id],
    [words.audit.reason, entry.reason],
    [words.audit.address, entry.ip],
    [words.audit.request, entry.request_id],
    [words.audit.id, entry.id],
  ] as const;
  return (
    <Dialog onClose={onClose} size="wide" title={entry.action}>
      <DialogBody>
        <dl className="grid gap-x-6 gap-y-2 text-sm sm:grid-cols-[6rem_minmax(0,1fr)]">
          {facts
            .filter(([, value]) => value !== null && value !== "")
            .map(([name, value]) => (
              <div className="contents" key={name}>
                <dt className="text-quiet">{name}</dt>
                <dd className="break-all">{value}</dd>
              </div>
            ))}
        </dl>
        <Fields name={words.audit.before} value={entry.before} />
        <Fields name={words.audit.after} value={entry.after} />
      </DialogBody>
    </Dialog>
  );
};

const Fields = ({ name, value }: { readonly name: string; readonly value: object | null }) =>
  value === null ? null : (
    <div className="grid gap-1.5">
      <h3 className="font-medium text-sm">{name}</h3>
      <pre className="whitespace-pre-wrap break-all rounded-lg bg-sunken p-3 font-mono text-xs">{JSON.stringify(value, null, 2)}</pre>
    </div>
  );

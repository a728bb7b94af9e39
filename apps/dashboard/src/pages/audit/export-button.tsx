import type { EndpointQuery } from "@keywright/contract";
import { useMutation } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { api } from "../../api.ts";
import { explain } from "../../problem.ts";
import { Button } from "../../ui/button.tsx";
import { saveFile } from "../../ui/save-file.ts";
import { useToast } from "../../ui/toast.tsx";
import { say } from "../../words/say.ts";
import { words } from "../../words/words.ts";
import { type Entry, toCsv } from "./to-csv.ts";

const pageSize = 100;
/** A file that a spreadsheet opens, and that the page can hold. */
const maxEntries = 10_000;

interface Collected {
  readonly entries: readonly Entry[];
  readonly isPart: boolean;
}

const collect = async (query: EndpointQuery<"list-audit-log">): Promise<Collected> => {
  const entries: Entry[] = [];
  for (let cursor: string | null = null; entries.length < maxEntries; ) {
    const page: { readonly data: readonly Entry[]; readonly next_cursor: string | null } = await api.call("list-audit-log", {
      query: { ...query, limit: pageSize, ...(cursor !== null && { cursor }) },
    });
    entries.push(...page.data);
    cursor = page.next_cursor;
    if (cursor === null) return { entries, isPart: false };
  }
  return { entries, isPart: true };
};

/** What the filters leave of the log, as a file. */
export const ExportButton = ({ query }: { readonly query: EndpointQuery<"list-audit-log"> }) => {
  const toast = useToast();
  const { mutate, isPending } = useMutation({
    mutationFn: () => collect(query),
    onSuccess: ({ entries, isPart }) => {
      saveFile("audit-log.csv", toCsv(entries));
      toast({ text: say(isPart ? words.audit.exportedPart : words.audit.exported, { count: entries.length }) });
    },
    onError: (error) => toast({ text: explain(error), tone: "danger" }),
  });
  return (
    <Button icon={<Download aria-hidden className="size-4" />} isBusy={isPending} onClick={() => mutate()}>
      {isPending ? words.audit.exporting : words.audit.export}
    </Button>
  );
};

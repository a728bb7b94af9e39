import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { DialogBody, DialogFooter } from "../../ui/dialog.tsx";
import { words } from "../../words/words.ts";

/** Shown once, and kept nowhere in the page. */
export const RecoveryCodes = ({ codes, onKept }: { readonly codes: readonly string[]; readonly onKept: () => void }) => (
  <>
    <DialogBody>
      <ul className="grid grid-cols-2 gap-2 rounded-lg bg-sunken p-3 font-mono text-sm">
        {codes.map((code) => (
          <li className="break-all" key={code}>
            {code}
          </li>
        ))}
      </ul>
      <CopyButton label={words.account.copyCodes} text={codes.join("\n")} />
    </DialogBody>
    <DialogFooter>
      <Button look="primary" onClick={onKept}>
        {words.account.codesKept}
      </Button>
    </DialogFooter>
  </>
);

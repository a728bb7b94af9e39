import { clockOffset } from "../server-clock.ts";
import { useStore } from "../store.ts";
import { Notice } from "../ui/notice.tsx";
import { formatSpan } from "../words/format.ts";
import { say } from "../words/say.ts";
import { words } from "../words/words.ts";

/** Says so where this device's clock is wrong. */
export const ClockNotice = () => {
  const offset = useStore(clockOffset);
  if (offset === 0) return null;
  const text = offset > 0 ? words.problems.clockBehind : words.problems.clockAhead;
  return (
    <div className="mb-6">
      <Notice tone="warn">{say(text, { span: formatSpan(Math.abs(offset)) })}</Notice>
    </div>
  );
};

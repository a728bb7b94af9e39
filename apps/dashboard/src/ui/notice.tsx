import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";

export type NoticeTone = "info" | "good" | "warn" | "danger";

const looks = {
  info: { className: "bg-accent-ground text-accent", Icon: Info },
  good: { className: "bg-good-ground text-good", Icon: CircleCheck },
  warn: { className: "bg-warn-ground text-warn", Icon: TriangleAlert },
  danger: { className: "bg-danger-ground text-danger", Icon: CircleAlert },
} as const;

interface NoticeProps {
  readonly tone?: NoticeTone;
  readonly children: ReactNode;
  readonly action?: ReactNode;
}

/** A sentence that stands where it matters; what has gone wrong is also spoken. */
export const Notice = ({ tone = "info", children, action }: NoticeProps) => {
  const { className, Icon } = looks[tone];
  return (
    <div className={`flex flex-wrap items-center gap-x-3 gap-y-2 rounded-lg px-3 py-2.5 text-sm ${className}`} role={tone === "danger" ? "alert" : undefined}>
      <Icon aria-hidden className="size-4 shrink-0 self-start translate-y-0.5" />
      <div className="min-w-0 flex-1 basis-40 wrap-anywhere">{children}</div>
      {action}
    </div>
  );
};

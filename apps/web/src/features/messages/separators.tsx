import { formatDay } from '@/lib/format';

export function DaySeparator({ date }: { date: string }) {
  return (
    <div className="flex items-center gap-3 pt-4 pb-1">
      <span aria-hidden="true" className="h-px flex-1 bg-line" />
      <time dateTime={date} className="text-xs font-medium text-ink-faint">
        {formatDay(date)}
      </time>
      <span aria-hidden="true" className="h-px flex-1 bg-line" />
    </div>
  );
}

/** Before the first message that had not been seen. */
export function UnreadSeparator() {
  return (
    <div data-testid="unread-mark" className="flex items-center gap-3 pt-4 pb-1">
      <span aria-hidden="true" className="h-px flex-1 bg-glow" />
      <span className="rounded-full bg-glow px-2.5 py-0.5 text-[11px] font-semibold text-on-glow">New messages</span>
      <span aria-hidden="true" className="h-px flex-1 bg-glow" />
    </div>
  );
}

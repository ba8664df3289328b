import { formatDay } from '@/lib/format';

export function DaySeparator({ date }: { date: string }) {
  return (
    <div className="flex items-center gap-3 py-4">
      <span aria-hidden="true" className="h-px flex-1 bg-line" />
      <time dateTime={date} className="text-xs font-medium text-ink-faint">
        {formatDay(date)}
      </time>
      <span aria-hidden="true" className="h-px flex-1 bg-line" />
    </div>
  );
}

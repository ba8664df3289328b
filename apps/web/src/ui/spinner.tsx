import { LoaderCircle } from 'lucide-react';
import { cx } from './cx';

export function Spinner({ className }: { className?: string }) {
  return <LoaderCircle aria-hidden="true" className={cx('animate-spin', className ?? 'size-5')} />;
}

/** Fills its place while something loads. */
export function Loading({ label }: { label: string }) {
  return (
    <div role="status" className="flex flex-1 items-center justify-center gap-3 p-8 text-sm text-ink-faint">
      <Spinner />
      {label}
    </div>
  );
}

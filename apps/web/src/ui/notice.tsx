import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { cx } from './cx';

interface NoticeProps {
  icon: LucideIcon;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
  /** A small one, for lists and dialogs. */
  compact?: boolean;
  role?: 'status' | 'alert';
}

/** Says why a place is empty, or what went wrong, and what can be done. */
export function Notice({ icon: Icon, title, children, actions, compact = false, role }: NoticeProps) {
  return (
    <div
      role={role}
      className={cx(
        'm-auto flex max-w-sm flex-col items-center text-center text-balance',
        compact ? 'gap-2 p-6' : 'gap-3 p-8',
      )}
    >
      <span
        className={cx(
          'flex items-center justify-center rounded-2xl bg-glow/20 text-brand-text',
          compact ? 'size-10 [&_svg]:size-5' : 'mb-1 size-14 [&_svg]:size-6',
        )}
      >
        <Icon aria-hidden="true" strokeWidth={1.75} />
      </span>
      <p className={cx('font-semibold text-ink', !compact && 'text-lg')}>{title}</p>
      {children && <div className="text-sm leading-relaxed text-ink-soft">{children}</div>}
      {actions && <div className="mt-2 flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  );
}

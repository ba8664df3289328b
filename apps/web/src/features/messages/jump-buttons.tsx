import { ArrowDown, ArrowUp, type LucideIcon } from 'lucide-react';
import { formatUnread } from '@/lib/format';
import { cx } from '@/ui/cx';

interface JumpButtonProps {
  icon: LucideIcon;
  testId: string;
  className: string;
  children: string;
  onClick: () => void;
}

function JumpButton({ icon: Icon, testId, className, children, onClick }: JumpButtonProps) {
  return (
    <button
      type="button"
      onClick={onClick}
      data-testid={testId}
      className={cx(
        'absolute left-1/2 z-20 flex h-9 -translate-x-1/2 animate-rise items-center gap-2 rounded-full border px-4 text-[13px] font-medium whitespace-nowrap shadow-pop transition-colors',
        className,
      )}
    >
      <Icon aria-hidden="true" className="size-4" />
      {children}
    </button>
  );
}

const QUIET = 'border-line bg-raised text-ink hover:bg-hover';
const LOUD = 'border-transparent bg-brand text-on-brand hover:bg-brand-hover';

/** Back to the newest message; says how many are new. */
export function ToEndButton({ unread, onClick }: { unread: number; onClick: () => void }) {
  return (
    <JumpButton
      icon={ArrowDown}
      testId="to-end"
      className={cx('bottom-3', unread > 0 ? LOUD : QUIET)}
      onClick={onClick}
    >
      {unread > 0 ? `${formatUnread(unread)} new` : 'Latest messages'}
    </JumpButton>
  );
}

/** Up to where reading was left. */
export function ToUnreadButton({ onClick }: { onClick: () => void }) {
  return (
    <JumpButton icon={ArrowUp} testId="to-unread" className={cx('top-3', QUIET)} onClick={onClick}>
      First new message
    </JumpButton>
  );
}

import { Hash } from 'lucide-react';
import type { CSSProperties } from 'react';
import { initials } from '@/lib/format';
import { cx } from './cx';

const SIZES = { xs: 'size-6 text-[10px]', sm: 'size-8 text-xs', md: 'size-10 text-sm' };
const DOT_SIZES = { xs: 'size-2', sm: 'size-2.5', md: 'size-3' };

/** Neighbouring ids get colours far apart: a step of the golden angle each. */
const hueOf = (id: number) => Math.round(((id % 9973) * 137.508) % 360);

interface AvatarProps {
  /** Gives the colour. */
  id: number;
  name: string;
  size?: keyof typeof SIZES;
  /** A room, not a person. */
  room?: boolean;
  /** Shows a dot for people who are online. */
  online?: boolean;
  className?: string;
}

/** Initials on a colour of their own; the name stands beside it, so it is hidden from screen readers. */
export function Avatar({ id, name, size = 'md', room = false, online = false, className }: AvatarProps) {
  return (
    <span aria-hidden="true" className={cx('relative inline-flex shrink-0', SIZES[size], className)}>
      <span
        className={cx(
          'avatar-tint flex size-full items-center justify-center font-semibold select-none',
          room ? 'rounded-xl' : 'rounded-full',
        )}
        style={{ '--hue': hueOf(id) } as CSSProperties}
      >
        {room ? <Hash className="size-[45%]" strokeWidth={2.25} /> : initials(name)}
      </span>
      {online && (
        <OnlineDot
          className={cx('absolute right-0 bottom-0 ring-2 ring-(--avatar-ring,var(--canvas))', DOT_SIZES[size])}
        />
      )}
    </span>
  );
}

export function OnlineDot({ className }: { className?: string }) {
  return <span aria-hidden="true" data-online="" className={cx('rounded-full bg-online', className ?? 'size-2')} />;
}

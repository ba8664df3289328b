import type { ComponentProps } from 'react';
import { cx } from './cx';
import { Spinner } from './spinner';

const VARIANTS = {
  primary: 'bg-brand text-on-brand hover:bg-brand-hover',
  danger: 'bg-danger text-canvas hover:opacity-90',
  soft: 'border border-line bg-raised text-ink hover:bg-hover',
  ghost: 'text-ink-soft hover:bg-hover hover:text-ink',
};

interface ButtonProps extends ComponentProps<'button'> {
  variant?: keyof typeof VARIANTS;
  size?: 'md' | 'sm';
  /** Shows a spinner and takes no clicks. */
  busy?: boolean;
}

export function Button({ variant = 'primary', size = 'md', busy = false, className, children, ...props }: ButtonProps) {
  return (
    <button
      type="button"
      {...props}
      disabled={props.disabled || busy}
      aria-busy={busy || undefined}
      className={cx(
        'inline-flex shrink-0 items-center justify-center gap-2 rounded-lg font-medium transition-colors',
        'disabled:cursor-not-allowed disabled:opacity-55',
        size === 'md' ? 'h-10 px-4 text-sm' : 'h-8 px-3 text-[13px]',
        VARIANTS[variant],
        className,
      )}
    >
      {busy && <Spinner className="size-4" />}
      {children}
    </button>
  );
}

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'aria-label'> {
  /** Its accessible name, shown as a tooltip too. */
  label: string;
  size?: 'md' | 'sm';
}

const ICON_SIZES = { md: 'size-9 [&_svg]:size-[18px]', sm: 'size-8 [&_svg]:size-4' };

export function IconButton({ label, size = 'md', className, ...props }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...props}
      className={cx(
        'inline-flex shrink-0 items-center justify-center rounded-lg text-ink-soft transition-colors',
        'hover:bg-hover hover:text-ink disabled:cursor-not-allowed disabled:opacity-40',
        ICON_SIZES[size],
        className,
      )}
    />
  );
}

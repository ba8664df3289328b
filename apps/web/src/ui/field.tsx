import { CircleAlert } from 'lucide-react';
import { type ComponentProps, type ReactNode, useId } from 'react';
import { cx } from './cx';

interface TextFieldProps extends ComponentProps<'input'> {
  label: string;
  /** Kept for screen readers only. */
  hideLabel?: boolean;
  icon?: ReactNode;
}

export function TextField({ label, hideLabel = false, icon, className, ...props }: TextFieldProps) {
  const id = useId();
  return (
    <div className={className}>
      <label htmlFor={id} className={hideLabel ? 'sr-only' : 'mb-1.5 block text-sm font-medium text-ink'}>
        {label}
      </label>
      <div className="relative">
        {icon && (
          <span className="pointer-events-none absolute inset-y-0 left-3 flex items-center text-ink-faint [&_svg]:size-4">
            {icon}
          </span>
        )}
        <input
          id={id}
          autoComplete="off"
          {...props}
          className={cx(
            'h-11 w-full rounded-lg border border-line-strong/60 bg-canvas text-base text-ink placeholder:text-ink-faint sm:text-sm',
            'transition-colors focus-visible:border-brand-text focus-visible:outline-1 focus-visible:outline-offset-0',
            'disabled:cursor-not-allowed disabled:opacity-55',
            icon ? 'pr-3 pl-9' : 'px-3',
          )}
        />
      </div>
    </div>
  );
}

/** What went wrong, beside what it is about; nothing without children. */
export function InlineError({ children }: { children: ReactNode }) {
  if (!children) return null;
  return (
    <p role="alert" className="mt-3 flex items-start gap-2 rounded-lg bg-danger-soft px-3 py-2 text-sm text-danger">
      <CircleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
      <span className="min-w-0 break-words">{children}</span>
    </p>
  );
}

import { CircleAlert, Info, X } from 'lucide-react';
import { randomId } from '@/lib/random-id';
import { createStore, useStore } from '@/lib/store';
import { cx } from './cx';

interface ToastAction {
  label: string;
  /** Closes the toast too. */
  onSelect: () => void;
}

interface ToastOptions {
  kind?: 'info' | 'error';
  action?: ToastAction;
  shownMs?: number;
}

interface Toast extends ToastOptions {
  id: string;
  text: string;
}

const SHOWN_MS = 6_000;
const SHOWN_MAX = 3;

const toasts = createStore<readonly Toast[]>([]);
const dismiss = (id: string) => toasts.set((all) => all.filter((toast) => toast.id !== id));

/**
 * Says something for a while, in a corner; returns what takes it back. What is said already is not said twice, unless
 * there is something to do about each.
 */
export function showToast(text: string, options: ToastOptions | 'info' | 'error' = {}): () => void {
  const given = typeof options === 'string' ? { kind: options } : options;
  const toast: Toast = { id: randomId(), text, ...given };
  const said = (other: Toast) => other.text === text && !other.action && !toast.action;
  toasts.set((all) => [...all.filter((other) => !said(other)), toast].slice(-SHOWN_MAX));
  const timer = setTimeout(() => dismiss(toast.id), given.shownMs ?? SHOWN_MS);
  return () => {
    clearTimeout(timer);
    dismiss(toast.id);
  };
}

export function Toaster() {
  const shown = useStore(toasts, (all) => all);
  return (
    <div
      role="status"
      aria-live="polite"
      className="pointer-events-none fixed inset-x-0 top-[4.5rem] z-60 flex flex-col items-center gap-2 px-3 sm:inset-x-auto sm:right-4 sm:items-end"
    >
      {shown.map((toast) => (
        <ToastCard key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function ToastCard({ toast }: { toast: Toast }) {
  const { id, kind, text, action } = toast;
  const Icon = kind === 'error' ? CircleAlert : Info;
  const act = () => {
    dismiss(id);
    action?.onSelect();
  };
  return (
    <div
      data-testid="toast"
      className="pointer-events-auto flex w-full max-w-sm animate-rise items-start gap-3 rounded-xl border border-line bg-raised py-3 pr-2 pl-4 text-sm text-ink shadow-pop"
    >
      <Icon
        aria-hidden="true"
        className={cx('mt-0.5 size-4 shrink-0', kind === 'error' ? 'text-danger' : 'text-brand-text')}
      />
      <p className="min-w-0 flex-1 break-words">{text}</p>
      {action && (
        <button
          type="button"
          onClick={act}
          data-testid="toast-action"
          className="-my-1 rounded-md px-2 py-1 font-semibold text-brand-text hover:bg-hover"
        >
          {action.label}
        </button>
      )}
      <button
        type="button"
        aria-label="Dismiss"
        onClick={() => dismiss(id)}
        className="rounded-md p-1 text-ink-faint hover:bg-hover hover:text-ink"
      >
        <X aria-hidden="true" className="size-3.5" />
      </button>
    </div>
  );
}

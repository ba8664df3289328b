import { CircleAlert, Info, X } from 'lucide-react';
import { randomId } from '@/lib/random-id';
import { createStore, useStore } from '@/lib/store';
import { cx } from './cx';

interface Toast {
  id: string;
  kind: 'info' | 'error';
  text: string;
}

const SHOWN_MS = 6_000;
const SHOWN_MAX = 3;

const toasts = createStore<readonly Toast[]>([]);
const dismiss = (id: string) => toasts.set((all) => all.filter((toast) => toast.id !== id));

/** Says something for a while, in a corner. What is said already is not said twice. */
export function showToast(text: string, kind: Toast['kind'] = 'info'): void {
  const toast = { id: randomId(), kind, text };
  toasts.set((all) => [...all.filter((other) => other.text !== text), toast].slice(-SHOWN_MAX));
  setTimeout(() => dismiss(toast.id), SHOWN_MS);
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
  const Icon = toast.kind === 'error' ? CircleAlert : Info;
  return (
    <div
      data-testid="toast"
      className="pointer-events-auto flex w-full max-w-sm animate-rise items-start gap-3 rounded-xl border border-line bg-raised py-3 pr-2 pl-4 text-sm text-ink shadow-pop"
    >
      <Icon
        aria-hidden="true"
        className={cx('mt-0.5 size-4 shrink-0', toast.kind === 'error' ? 'text-danger' : 'text-brand-text')}
      />
      <p className="min-w-0 flex-1 break-words">{toast.text}</p>
      <button
        type="button"
        aria-label="Dismiss"
        onClick={() => dismiss(toast.id)}
        className="rounded-md p-1 text-ink-faint hover:bg-hover hover:text-ink"
      >
        <X aria-hidden="true" className="size-3.5" />
      </button>
    </div>
  );
}

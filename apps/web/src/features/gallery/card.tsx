import type { ReactNode } from 'react';

/** One kind of primitive in its variants. */
export function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section
      aria-label={title}
      data-testid="primitive"
      className="flex min-w-0 flex-col rounded-2xl border border-line bg-panel p-5 [--avatar-ring:var(--panel)]"
    >
      <h3 className="mb-4 text-sm font-medium text-ink-soft">{title}</h3>
      {children}
    </section>
  );
}

/** A speech bubble with a crescent moon: the same drawing as the favicon. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true" className={className}>
      <path
        className="fill-brand"
        d="M16 2.5c7.7 0 13.5 5.4 13.5 12.6S23.7 27.7 16 27.7c-1.5 0-3-.2-4.3-.6-.5-.2-1.1-.1-1.5.2l-3.6 2.1c-.8.5-1.8-.2-1.6-1.1l.7-3.6c.1-.5-.1-1-.4-1.4C3.5 21.1 2.5 18.3 2.5 15.1 2.5 7.9 8.3 2.5 16 2.5Z"
      />
      <path
        className="fill-glow"
        d="M19.9 18.3a6.3 6.3 0 0 1-7.6-8.9.6.6 0 0 0-.8-.8 7.4 7.4 0 1 0 9.4 10.3.6.6 0 0 0-1-.6Z"
      />
      <circle className="fill-glow" cx="20.8" cy="10.8" r="1.5" />
    </svg>
  );
}

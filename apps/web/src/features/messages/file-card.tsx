import type { Message } from '@dream-studio/sdk';
import { AudioLines, Clapperboard, File, Image, type LucideIcon } from 'lucide-react';
import { cx } from '@/ui/cx';
import { safeUrl } from './markdown/policy';

const KINDS: Partial<Record<Message['type'], { icon: LucideIcon; label: string }>> = {
  IMAGE: { icon: Image, label: 'Image' },
  VIDEO: { icon: Clapperboard, label: 'Video' },
  AUDIO: { icon: AudioLines, label: 'Audio' },
};
const FILE = { icon: File, label: 'File' };

interface FileCardProps {
  url: string;
  type: Message['type'];
  mine: boolean;
}

/** The file of a message: what it is, where it is, and a link to it. It is not loaded unasked. */
export function FileCard({ url, type, mine }: FileCardProps) {
  const { icon: Icon, label } = KINDS[type] ?? FILE;
  const address = safeUrl(url);
  if (!address) return null;
  return (
    <a
      href={address}
      target="_blank"
      rel="noopener noreferrer nofollow"
      data-testid="message-file"
      className={cx(
        'my-0.5 flex w-64 max-w-full items-center gap-3 rounded-xl border p-2.5 transition-colors',
        mine ? 'border-on-brand/20 bg-on-brand/10 hover:bg-on-brand/20' : 'border-line bg-raised hover:bg-hover',
      )}
    >
      <span
        className={cx(
          'flex size-10 shrink-0 items-center justify-center rounded-lg',
          mine ? 'bg-on-brand/15' : 'bg-glow/20 text-brand-text',
        )}
      >
        <Icon aria-hidden="true" className="size-5" strokeWidth={1.75} />
      </span>
      <span className="min-w-0 flex-1 leading-snug">
        <span className="block truncate text-sm font-semibold">{fileName(address)}</span>
        <span className={cx('block truncate text-xs', mine ? 'text-on-brand/95' : 'text-ink-faint')}>
          {label} · {new URL(address).hostname}
        </span>
      </span>
    </a>
  );
}

/** The last part of a path, readable. */
export function fileName(address: string): string {
  const { pathname, hostname } = new URL(address);
  const last = pathname.split('/').findLast(Boolean) ?? hostname;
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

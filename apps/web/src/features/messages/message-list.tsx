'use client';
import type { Room } from '@dream-studio/sdk';
import { useMessages } from '@dream-studio/sdk/react';
import { useEffect } from 'react';
import { useSelf } from '@/features/workspace/workspace-context';
import { usePageVisible } from '@/lib/use-page-visible';
import { Avatar } from '@/ui/avatar';
import { cx } from '@/ui/cx';

export function MessageList({ room }: { room: Room; onChanged: () => void }) {
  const { messages, markRead } = useMessages(room.id);
  const me = useSelf();
  const visible = usePageVisible();
  const last = messages.at(-1)?.seq;
  useEffect(() => {
    if (visible && last) markRead(last);
  }, [visible, last, markRead]);
  return (
    <section
      aria-label="Messages"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: scrolls
      tabIndex={0}
      className="flex min-h-0 flex-1 flex-col-reverse overflow-y-auto px-6"
    >
      <div role="log" className="mx-auto w-full max-w-3xl space-y-1">
        {messages.map((message) => {
          const mine = message.senderId === me.id;
          return (
            <div
              key={message.key}
              data-testid="message"
              className={cx('flex items-end gap-2.5', mine && 'flex-row-reverse')}
            >
              {!mine && <Avatar id={message.senderId} name={message.sender.name} size="sm" />}
              <span
                data-testid="message-content"
                className={cx(
                  'rounded-2xl px-3.5 py-2 text-[15px] break-words',
                  mine ? 'bg-brand text-on-brand' : 'bg-bubble text-ink',
                )}
              >
                {message.content}
              </span>
            </div>
          );
        })}
      </div>
    </section>
  );
}

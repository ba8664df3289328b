'use client';

import { Smile } from 'lucide-react';
import { lazy, type RefObject, Suspense, useState } from 'react';
import { IconButton } from '@/ui/button';
import { Popover } from '@/ui/popover';
import { Loading } from '@/ui/spinner';

/** Loaded when first opened: most visits do without. */
const EmojiPicker = lazy(() => import('./emoji-picker'));

interface EmojiButtonProps {
  /** Gets the focus back. */
  input: RefObject<HTMLTextAreaElement | null>;
  onInsert: (emoji: string) => void;
}

export function EmojiButton({ input, onInsert }: EmojiButtonProps) {
  const [open, setOpen] = useState(false);
  const trigger = (
    <IconButton label="Add an emoji" data-testid="open-emoji" className="rounded-xl">
      <Smile />
    </IconButton>
  );
  const pick = (emoji: string) => {
    onInsert(emoji);
    setOpen(false);
  };
  return (
    <Popover open={open} onOpenChange={setOpen} trigger={trigger} label="Emoji" returnFocus={input}>
      <div className="flex h-88 w-82 max-w-[calc(100vw-1.5rem)] flex-col">
        <Suspense fallback={<Loading label="Loading emoji…" />}>
          <EmojiPicker onPick={pick} />
        </Suspense>
      </div>
    </Popover>
  );
}

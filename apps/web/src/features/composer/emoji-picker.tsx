'use client';

import {
  type EmojiPickerListCategoryHeaderProps,
  type EmojiPickerListEmojiProps,
  type EmojiPickerListRowProps,
  EmojiPicker as Picker,
} from 'frimousse';
import { Search } from 'lucide-react';

interface EmojiPickerProps {
  onPick: (emoji: string) => void;
}

/** Emoji by category or name: arrows move, Enter picks. Its data comes from this app. */
export default function EmojiPicker({ onPick }: EmojiPickerProps) {
  return (
    <Picker.Root
      emojibaseUrl="/emojibase"
      columns={8}
      onEmojiSelect={({ emoji }) => onPick(emoji)}
      data-testid="emoji-picker"
      className="isolate flex h-full flex-col"
    >
      <div className="relative p-2 pb-1">
        <Search aria-hidden="true" className="absolute top-1/2 left-5 size-4 -translate-y-[40%] text-ink-faint" />
        <Picker.Search
          aria-label="Search emoji"
          placeholder="Search emoji"
          autoFocus
          data-testid="emoji-search"
          className="h-10 w-full appearance-none rounded-lg border border-line-strong/60 bg-canvas pr-3 pl-9 text-base text-ink outline-none placeholder:text-ink-faint focus-visible:border-brand-text sm:text-sm"
        />
      </div>
      <Picker.Viewport className="relative min-h-0 flex-1 outline-none">
        <Picker.Loading className="absolute inset-0 flex items-center justify-center text-sm text-ink-faint">
          Loading emoji…
        </Picker.Loading>
        <Picker.Empty>
          {({ search }) => (
            <span className="absolute inset-0 flex items-center justify-center px-6 text-center text-sm break-words text-ink-faint">
              No emoji for “{search}”
            </span>
          )}
        </Picker.Empty>
        <Picker.List className="pb-2 select-none" components={{ CategoryHeader, Row, Emoji }} />
      </Picker.Viewport>
      <ActiveEmoji />
    </Picker.Root>
  );
}

const CategoryHeader = ({ category, ...props }: EmojiPickerListCategoryHeaderProps) => (
  <div {...props} className="bg-raised px-3.5 pt-2.5 pb-1.5 text-xs font-semibold text-ink-soft">
    {category.label}
  </div>
);

const Row = ({ children, ...props }: EmojiPickerListRowProps) => (
  <div {...props} className="px-2.5">
    {children}
  </div>
);

const Emoji = ({ emoji, ...props }: EmojiPickerListEmojiProps) => (
  <button
    {...props}
    type="button"
    className="flex size-9.5 items-center justify-center rounded-lg text-[22px] data-active:bg-hover"
  >
    {emoji.emoji}
  </button>
);

/** Names the emoji in hand. */
function ActiveEmoji() {
  return (
    <div className="flex h-11 shrink-0 items-center gap-2.5 border-t border-line px-3.5 text-[13px] text-ink-soft">
      <Picker.ActiveEmoji>
        {({ emoji }) =>
          emoji ? (
            <>
              <span className="text-xl">{emoji.emoji}</span>
              <span className="min-w-0 flex-1 truncate">{emoji.label}</span>
            </>
          ) : (
            <span className="min-w-0 flex-1 truncate">Pick an emoji</span>
          )
        }
      </Picker.ActiveEmoji>
      <Picker.SkinToneSelector
        title="Skin tone"
        className="flex size-8 items-center justify-center rounded-lg text-lg hover:bg-hover"
      />
    </div>
  );
}

import { expect, test } from 'vitest';
import { isEmojiOnly } from './emoji-only';

test.each(['🎉', '👍🏽 👍🏽', '👩‍👩‍👧‍👦', '🇳🇱🇯🇵', '❤️', '1️⃣', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '😀😀😀\n😀😀😀'])('big: %s', (text) => {
  expect(isEmojiOnly(text)).toBe(true);
});

test.each(['', ' ', 'ok 🎉', '🎉!', '12', '#', '*', '©', 'ℹ', '😀😀😀😀😀😀😀', '🎉'.repeat(2000)])(
  'not big: %s',
  (text) => {
    expect(isEmojiOnly(text)).toBe(false);
  },
);

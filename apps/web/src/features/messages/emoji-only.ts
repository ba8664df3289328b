const EMOJI_PARTS =
  /^(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|[\u{e0020}-\u{e007f}]|\u200d|\ufe0f|\s|[0-9#*]\ufe0f?\u20e3)+$/u;
/** Shown as a picture, not as a letter: © alone is text. */
const PICTURE = /\p{Emoji_Presentation}|\ufe0f|\u20e3/u;
/** More than these are a pattern, not an exclamation. */
const BIG_MAX = 6;
/** The longest emoji there is has a little more than ten code points. */
const LENGTH_MAX = 120;

/** Whether a message is nothing but a few emoji, to be shown big. */
export function isEmojiOnly(text: string): boolean {
  if (text.length > LENGTH_MAX || !EMOJI_PARTS.test(text) || !PICTURE.test(text)) return false;
  const graphemes = [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment).filter((one) => one.trim());
  return graphemes.length <= BIG_MAX && graphemes.every((one) => PICTURE.test(one));
}

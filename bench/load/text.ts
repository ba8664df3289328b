/** The texts of a load: `~room.number~tag~` and as many dots as make it long enough. */
const LENGTH = 100;
const TILDE = 0x7e;
const DOT = 0x2e;
const ZERO = 0x30;
const START = Buffer.from('"~');

export const textOf = (room: number, number: number, tag: string): string =>
  `~${room}.${number}~${tag}~`.padEnd(LENGTH, '.');

/** `room.number` of a text, if it is one of this tag. */
export function keyOf(text: string, tag: string): string | undefined {
  const [before, key, itsTag] = text.split('~');
  return before === '' && itsTag === tag ? key : undefined;
}

/** Finds texts in frames, without parsing these. */
export class TextFinder {
  room = 0;
  number = 0;
  /** Where the last one was: the next is mostly at the same place. */
  #offset = 0;

  /** Whether there is a text that begins as a JSON string, or with the frame; then `room` and `number` are its. */
  find(bytes: Buffer, start: number, end: number): boolean {
    let at = start + this.#offset;
    if (bytes[at] !== TILDE || (at > start && bytes[at - 1] !== 0x22) || at >= end) {
      at = bytes[start] === TILDE ? start : bytes.indexOf(START, start) + 1;
      if (at < start || at >= end || (at === 0 && start > 0)) return false;
      if (bytes[at] !== TILDE) return false;
      this.#offset = at - start;
    }
    let value = 0;
    for (let i = at + 1; i < end; i++) {
      const byte = bytes[i] as number;
      if (byte === DOT) {
        this.room = value;
        value = 0;
      } else if (byte === TILDE) {
        this.number = value;
        return true;
      } else value = value * 10 + byte - ZERO;
    }
    return false;
  }
}

/** A text as it is compared: without case and accents, so that `zoe` finds `Zoë`. */
const folded = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{Diacritic}/gu, '')
    .toLocaleLowerCase();

/** Whether each word of `query` is in `text`; an empty query is in everything. */
export function matches(text: string, query: string): boolean {
  const inText = folded(text);
  return folded(query)
    .split(/\s+/)
    .every((word) => inText.includes(word));
}

import { defaultSchema, type Options as Schema } from 'rehype-sanitize';

/**
 * Marks without which a text is the same with Markdown and without: then it needs no parser. Links count, for they are
 * found without brackets too.
 */
const MARKUP = /[*_~`<>[\]|\\&]|^ {0,3}#{1,6}\s|^\s*(?:[-+]|\d{1,9}[.)])\s|^\s*-{3,}\s*$|https?:\/\/|www\.|\S@\S/im;
const MARKS = /[*_~`<>[\]|\\&]|^\s*(?:[-+]|\d{1,9}[.)])\s/gm;
const CODE_BLOCKS = /^```[^`]*^```/gm;
/** More marks than a message has that someone wrote: parsing such a text could take a second. */
const MARKS_MAX = 250;
/** Quotes in quotes in lists: deeper than anyone nests, where parsers run out of stack. */
const TOO_DEEP = /^(?:[ \t]*(?:>|[-*+]|\d{1,9}[.)])){12}/m;

/** Whether a message is worth parsing, and safe to. All others are shown as they were written. */
export const isMarkdown = (text: string): boolean =>
  MARKUP.test(text) && !TOO_DEEP.test(text) && (text.replace(CODE_BLOCKS, '').match(MARKS)?.length ?? 0) <= MARKS_MAX;

/**
 * Parts of Markdown that do not suit a conversation: HTML, footnotes and definitions would vanish or leave the message,
 * and an indented line or a row of hyphens under a text is not meant as code or heading. They stay text.
 */
export const TURNED_OFF = [
  'htmlFlow',
  'htmlText',
  'definition',
  'gfmFootnoteDefinition',
  'gfmFootnoteCall',
  'gfmPotentialFootnoteCall',
  'codeIndented',
  'setextUnderline',
];

const PROTOCOLS = new Set(['http:', 'https:', 'mailto:']);

/** The address a link may lead to; null for what is none of the web or of mail. */
export function safeUrl(address: string): string | null {
  if (!/^(?:https?:\/\/|mailto:)/i.test(address) || !URL.canParse(address)) return null;
  const url = new URL(address);
  return PROTOCOLS.has(url.protocol) ? url.href : null;
}

/** What may stand in a message: text, and nothing that loads, runs or names anything on the page. */
export const schema: Schema = {
  ...defaultSchema,
  tagNames: [
    'a',
    'blockquote',
    'br',
    'code',
    'del',
    'em',
    'h1',
    'h2',
    'h3',
    'h4',
    'h5',
    'h6',
    'hr',
    'img',
    'input',
    'li',
    'ol',
    'p',
    'pre',
    'strong',
    'table',
    'tbody',
    'td',
    'th',
    'thead',
    'tr',
    'ul',
  ],
  attributes: {
    a: ['href'],
    img: ['src', 'alt'],
    input: ['checked', ['type', 'checkbox'], ['disabled', true]],
    ol: ['start'],
    td: ['align'],
    th: ['align'],
  },
  protocols: { href: ['http', 'https', 'mailto'], src: ['http', 'https'] },
  required: { input: { type: 'checkbox', disabled: true } },
};

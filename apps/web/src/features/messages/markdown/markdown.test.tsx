import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { MarkdownText } from './markdown';
import { isMarkdown, safeUrl } from './policy';

const html = (text: string) => renderToStaticMarkup(<MarkdownText text={text} />);
/** The tags and attributes alone. */
const tags = (text: string) => html(text).match(/<[^>]+>/g) ?? [];

describe('Markdown in a message', () => {
  test('shows emphasis, code, lists, quotes and line breaks', () => {
    const shown = html('**bold** _it_ ~~no~~ `x`\nnext line\n\n- one\n- two\n\n> said');
    for (const tag of ['strong', 'em', 'del', 'code', 'br', 'ul', 'li', 'blockquote'])
      expect(shown).toContain(`<${tag}`);
  });

  test('HTML of the author is text', () => {
    const attack = '<script>alert(1)</script> <b onclick=x>b</b>\n\n<iframe src="https://evil.example">';
    expect(tags(attack).join('')).not.toMatch(/script|iframe|onclick|<b/);
    expect(html(attack)).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html('a <b>tag</b>')).toContain('a &lt;b&gt;tag&lt;/b&gt;');
  });

  test.each([
    '[x](javascript:alert(1))',
    '[x](JaVaScRiPt:alert(1))',
    '[x](java&#10;script:alert(1))',
    '[x](data:text/html,<script>alert(1)</script>)',
    '[x](vbscript:x)',
    '[x](//evil.example)',
    '[x](/settings)',
    '[x](#top)',
    '[x](file:///etc/passwd)',
    '<javascript:alert(1)>',
    '![x](javascript:alert(1))',
    '[x][1]\n\n[1]: javascript:alert(1)',
    '[x](https://user@evil.example:x)',
    'ircs://example.com and xmpp:a@example.invalid',
  ])('no link where it leads nowhere good: %s', (text) => {
    for (const tag of tags(text)) {
      expect(tag).not.toMatch(/(?:href|src)="(?!https?:|mailto:)/i);
    }
    expect(html(text)).not.toMatch(/href="[^"]*(?:javascript|data|vbscript|file):/i);
  });

  test('links open elsewhere and tell nothing', () => {
    const [, link] = tags('https://example.com/a_b?c=d');
    expect(link).toContain('href="https://example.com/a_b?c=d"');
    expect(link).toContain('target="_blank"');
    expect(link).toContain('rel="noopener noreferrer nofollow"');
    expect(html('ann@example.com')).toContain('href="mailto:ann@example.com"');
    expect(html('see www.example.com')).toContain('href="http://www.example.com/"');
  });

  test('images are links, never loaded', () => {
    const shown = html('![a cat](https://example.com/cat.png)');
    expect(shown).not.toContain('<img');
    expect(shown).toContain('href="https://example.com/cat.png"');
    expect(shown).toContain('a cat');
  });

  test('nothing of what was written vanishes', () => {
    expect(html('[1]: https://example.com')).toContain('[1]:');
    expect(html('[^a]: note')).toContain('[^a]: note');
    expect(html('<!-- said -->')).toContain('said');
    expect(html('Total\n---')).toMatch(/Total/);
    expect(html('    indented')).not.toContain('<code');
  });

  test('headings, ids and classes of the page are out of reach', () => {
    const shown = html('# Big\n\n[^1]\n\n[^1]: note\n\n```evil-class\nx\n```');
    expect(shown).not.toMatch(/<h\d|\sid=|evil-class|user-content/);
  });

  test('tasks show whether they are done', () => {
    expect(html('- [x] a\n- [ ] b')).toMatch(/aria-label="done".*aria-label="to do"/s);
    expect(html('- [x] a')).not.toContain('<input');
  });
});

describe('what is parsed', () => {
  test.each(['hello', 'How are you? (fine, thanks!)', 'two\nlines', '3 - 2 = 1', '10:30', 'yes; no', '🎉 done'])(
    'plain: %s',
    (text) => expect(isMarkdown(text)).toBe(false),
  );

  test.each(['*a*', '`x`', '- a', '1. a', 'https://x.example', 'www.x.example', 'a@b.example', '# h', 'a | b', '> q'])(
    'Markdown: %s',
    (text) => expect(isMarkdown(text)).toBe(true),
  );

  test.each([
    '> '.repeat(2000),
    '>'.repeat(4000),
    '- '.repeat(2000),
    '> - '.repeat(1000),
    '1. '.repeat(1300),
    '- a\n'.repeat(1000),
    '['.repeat(4000),
    '*_'.repeat(2000),
    '**a _b '.repeat(570),
  ])('what no person writes stays text: %#', (text) => expect(isMarkdown(text)).toBe(false));

  test('a long block of code is Markdown', () => {
    expect(isMarkdown(`\`\`\`\n${'a[b] = *c & <d>;\n'.repeat(200)}\`\`\``)).toBe(true);
  });
});

test('only addresses of the web and of mail are links', () => {
  expect(safeUrl('https://example.com')).toBe('https://example.com/');
  expect(safeUrl('mailto:a@example.com')).toBe('mailto:a@example.com');
  for (const bad of ['javascript:x', ' https://x', 'https://', 'ftp://x', '//x', 'x', 'https:x'])
    expect(safeUrl(bad)).toBeNull();
});

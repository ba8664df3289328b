import { Square, SquareCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import Markdown, { type Components, type Options } from 'react-markdown';
import rehypeSanitize from 'rehype-sanitize';
import remarkBreaks from 'remark-breaks';
import remarkGfm from 'remark-gfm';
import { safeUrl, schema, TURNED_OFF } from './policy';

/** Markdown as a message shows it. No HTML of the author's, nothing that loads, links to the web and to mail only. */
export function MarkdownText({ text }: { text: string }) {
  return (
    <Markdown
      remarkPlugins={REMARK}
      rehypePlugins={REHYPE}
      components={COMPONENTS}
      urlTransform={(url) => safeUrl(url) ?? ''}
    >
      {text}
    </Markdown>
  );
}

/** Takes `TURNED_OFF` out of the parser. */
function remarkConversation(this: { data(): object }) {
  const data: { micromarkExtensions?: unknown[] } = this.data();
  data.micromarkExtensions = [...(data.micromarkExtensions ?? []), { disable: { null: TURNED_OFF } }];
}

const REMARK: Options['remarkPlugins'] = [[remarkGfm, { singleTilde: false }], remarkBreaks, remarkConversation];
const REHYPE: Options['rehypePlugins'] = [[rehypeSanitize, schema]];

/** A message is no document: its headings are strong lines. */
const Heading = ({ children }: { children?: ReactNode }) => <p className="font-bold">{children}</p>;

/** Wide things scroll by themselves; the keyboard can get at them too. */
const SCROLLS = 'max-w-full overflow-x-auto rounded-lg';

const COMPONENTS: Components = {
  h1: Heading,
  h2: Heading,
  h3: Heading,
  h4: Heading,
  h5: Heading,
  h6: Heading,
  a: ({ href, children }) => <SafeLink href={href}>{children}</SafeLink>,
  img: ({ src, alt }) => <SafeLink href={typeof src === 'string' ? src : undefined}>{alt || 'image'}</SafeLink>,
  strong: ({ children }) => <strong className="font-bold">{children}</strong>,
  code: ({ children }) => (
    <code className="rounded bg-current/10 px-1 py-px font-mono text-[0.875em] [pre_&]:bg-transparent [pre_&]:p-0">
      {children}
    </code>
  ),
  pre: ({ children }) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <pre tabIndex={0} className={`${SCROLLS} bg-current/8 px-3 py-2 leading-normal [overflow-wrap:normal]`}>
      {children}
    </pre>
  ),
  blockquote: ({ children }) => (
    <blockquote className="space-y-1.5 border-l-[3px] border-current/30 pl-3 opacity-90">{children}</blockquote>
  ),
  ul: ({ children }) => <ul className="list-disc space-y-0.5 pl-5">{children}</ul>,
  ol: ({ children, start }) => (
    <ol start={start} className="list-decimal space-y-0.5 pl-6">
      {children}
    </ol>
  ),
  input: ({ checked }) => <TaskBox done={checked === true} />,
  li: ({ children, className }) => (
    <li className={className === 'task-list-item' ? 'list-none' : undefined}>{children}</li>
  ),
  hr: () => <hr className="border-current/25" />,
  table: ({ children }) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <div tabIndex={0} className={SCROLLS}>
      <table className="border-collapse text-[0.95em] [&_td]:border [&_td]:border-current/25 [&_td]:px-2 [&_td]:py-1 [&_th]:border [&_th]:border-current/25 [&_th]:px-2 [&_th]:py-1 [&_th]:text-left">
        {children}
      </table>
    </div>
  ),
};

function TaskBox({ done }: { done: boolean }) {
  const Icon = done ? SquareCheck : Square;
  return (
    <Icon role="img" aria-label={done ? 'done' : 'to do'} className="mr-1.5 -ml-5 inline size-3.5 align-[-0.125em]" />
  );
}

function SafeLink({ href, children }: { href: string | undefined; children: ReactNode }) {
  const address = href ? safeUrl(href) : null;
  if (!address) return <span>{children}</span>;
  return (
    <a
      href={address}
      target="_blank"
      rel="noopener noreferrer nofollow"
      className="underline decoration-current/50 underline-offset-2 hover:decoration-current"
    >
      {children}
    </a>
  );
}

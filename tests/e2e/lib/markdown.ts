/** A fenced code block with a title. */
export interface Block {
  language: string;
  title: string;
  code: string;
}

/** The titled code blocks of a markdown text, in their order: ```tsx title="app/chat.tsx" */
export const titledBlocks = (markdown: string): Block[] =>
  [...markdown.matchAll(/^```(\w+) title="([^"]+)"\n(.*?)^```$/gms)].map(
    ([, language = '', title = '', code = '']) => ({
      language,
      title,
      code,
    }),
  );

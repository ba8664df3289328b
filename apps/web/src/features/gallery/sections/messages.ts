import type { MessageSeed } from '@dream-studio/sdk/testing';
import { PEOPLE } from '../people';
import { daysAgo, minutesAgo } from '../times';

const { ann, bob, dora } = PEOPLE;

const MARKDOWN = `# A heading
**Bold**, *slanted*, ~~struck~~, \`code\` and a [link](https://example.com/docs).

> A quotation,
> over two lines.

1. First
2. Second
   - inner
- [x] done
- [ ] to do

| Colour  | Use     |
| ------- | ------: |
| Plum    | ink     |
| Apricot | notices |

---
The end.`;

const CODE = `\`\`\`ts
export const greet = (name: string): string => \`Hello, \${name}! This line is so long that it has to scroll sideways.\`;
\`\`\``;

const LONG_WORD = `https://example.com/${'a-very-long-path/'.repeat(8)}`;

/** Messages of every kind, oldest first. */
export const MESSAGES: readonly MessageSeed[] = [
  { from: bob.id, content: 'The new landing page is up. Thoughts?', at: daysAgo(4) },
  { from: ann.id, content: 'The apricot works well, the plum could be a little deeper.', at: daysAgo(4, -2) },
  { from: dora.id, content: 'Agreed.', at: daysAgo(1) },
  { from: dora.id, content: 'And the header wants more air.', at: daysAgo(1, -1) },
  { from: dora.id, content: 'Then it is ready.', at: daysAgo(1, -2) },
  { from: ann.id, content: 'On it.', at: minutesAgo(90) },
  { from: ann.id, content: 'Two lines\nare two lines.', at: minutesAgo(89) },
  { from: ann.id, content: 'And this is the last of the run.', at: minutesAgo(88) },
  { from: bob.id, content: MARKDOWN, at: minutesAgo(60) },
  { from: ann.id, content: MARKDOWN, at: minutesAgo(58) },
  { from: bob.id, content: CODE, at: minutesAgo(50) },
  { from: ann.id, content: CODE, at: minutesAgo(49) },
  { from: bob.id, content: LONG_WORD, at: minutesAgo(40) },
  { from: bob.id, content: '🎉🌙', at: minutesAgo(35) },
  { from: ann.id, content: '👩‍🎨', at: minutesAgo(34) },
  { from: bob.id, content: 'This was edited.', at: minutesAgo(30) },
  { from: ann.id, content: 'So was this.', at: minutesAgo(29) },
  { from: bob.id, content: 'This was deleted.', at: minutesAgo(28) },
  { from: ann.id, content: 'So was that.', at: minutesAgo(27) },
];

const file = (from: number, type: MessageSeed['type'] & string, name: string, content = ''): MessageSeed => ({
  from,
  type,
  content,
  fileUrl: `https://files.example.com/${name}`,
  at: minutesAgo(20),
});

/** Files of each type, from both sides. */
export const FILES: readonly MessageSeed[] = [
  file(bob.id, 'IMAGE', 'palette.png', 'The palette, with a text.'),
  file(bob.id, 'VIDEO', 'walkthrough.mp4'),
  file(bob.id, 'AUDIO', 'voice%20note.ogg'),
  file(bob.id, 'FILE', 'minutes-of-the-meeting-that-has-a-very-long-name.pdf'),
  file(ann.id, 'IMAGE', 'logo.svg'),
  file(ann.id, 'FILE', 'contract.docx', 'Please **sign** it.'),
];

const PIECES = [
  '-',
  ',',
  '/',
  '[',
  ']',
  '{',
  '}',
  '"',
  '\\',
  '\0',
  '0',
  '9'.repeat(20),
  '__proto__',
  '\ud800',
  'null',
  '-1',
  '1e999',
];
const RESERVED = ['connect', 'disconnect', 'disconnecting', 'newListener', 'error', 'connect_error', '__proto__'];

/** A packet with one to three things wrong with it, or one in ten times as it was. */
export function mutate(packet: string, random: () => number): string {
  const below = (limit: number) => Math.floor(random() * limit);
  const changes: ((text: string, at: number) => string)[] = [
    (text, at) => text.slice(0, at) + String.fromCharCode(below(256)) + text.slice(at + 1),
    (text, at) => text.slice(0, at) + text.slice(at + 1 + below(6)),
    (text, at) => text.slice(0, at) + PIECES[below(PIECES.length)] + text.slice(at),
    (text, at) => text.slice(0, at),
    (text, at) => text.slice(0, at) + text.slice(below(text.length)) + text.slice(at),
    (text) => text.replace(/^\d\d/, () => `${below(8)}${below(8)}`),
    (text) => text.replace(/"[a-z_:]+"/, () => JSON.stringify(RESERVED[below(RESERVED.length)])),
    (text) => text.replace(/:\d+/, () => `:${PIECES[below(PIECES.length)]}`),
  ];
  if (random() < 0.1) return packet;
  let text = packet;
  for (let left = 1 + below(3); left > 0; left -= 1)
    text = changes[below(changes.length)]?.(text, below(text.length + 1)) ?? text;
  return text;
}

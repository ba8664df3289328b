/** What an id-like key names: numbers under these keys get a label of their kind. */
const KINDS: Record<string, string> = {
  id: 'id',
  roomId: 'room',
  messageId: 'message',
  callId: 'call',
  epoch: 'epoch',
  userId: 'user',
  senderId: 'user',
  createdBy: 'user',
  initiatedBy: 'user',
  endedBy: 'user',
  by: 'user',
  onlineUserIds: 'user',
  typingUserIds: 'user',
};
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * An answer without what differs from one fresh situation to the next: ids become labels by the order they come up in,
 * so that what was the same id still is; times and tokens become words. Everything else, `seq` above all, stays.
 */
export function normalise(value: unknown, tag: string): unknown {
  const labels = new Map<string, string>();
  const label = (kind: string, id: number) => {
    const key = `${kind} ${id}`;
    if (!labels.has(key)) labels.set(key, `${kind}#${labels.size}`);
    return labels.get(key);
  };
  const walk = (part: unknown, key: string): unknown => {
    if (Array.isArray(part)) return part.map((item) => walk(item, key));
    if (typeof part === 'object' && part !== null) {
      const byRoom = key === 'rooms';
      return Object.fromEntries(
        Object.entries(part).map(([name, item]) => [byRoom ? label('room', Number(name)) : name, walk(item, name)]),
      );
    }
    if (typeof part === 'number') return KINDS[key] ? label(KINDS[key], part) : part;
    if (typeof part !== 'string') return part;
    if (TIME.test(part)) return '<time>';
    if (TOKEN.test(part)) return '<token>';
    return part.replaceAll(tag, '<tag>').replaceAll(/Caller \d+/g, 'Caller');
  };
  return walk(value, '');
}

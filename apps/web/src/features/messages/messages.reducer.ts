import type { Message } from '@dream-studio/sdk';

/** A message on its way: shown at once, replaced by the server's when it comes back with the same `clientId`. */
export interface PendingMessage {
  clientId: string;
  content: string;
  createdAt: string;
  status: 'sending' | 'failed';
  error: string | null;
  /** Before this instant (ms) trying again is pointless. */
  retryAt: number | null;
}

/** What is known of one room's messages. */
export interface RoomMessages {
  status: 'idle' | 'loading' | 'ready' | 'failed';
  error: string | null;
  /** Without duplicates, by `seq`. */
  items: readonly Message[];
  pending: readonly PendingMessage[];
  /** Where the next older page starts; null at the beginning of the room. */
  olderCursor: number | null;
  loadingOlder: boolean;
  /** Edits and deletions of messages not loaded (yet): a page asked for before may still come without them. */
  changes: Readonly<Record<number, MessageChange>>;
}

export type MessageChange = { content: string; updatedAt: string } | { deletedAt: string };

interface Page {
  items: readonly Message[];
  nextCursor: number | null;
}

export type MessagesAction =
  | { type: 'opened' }
  | ({ type: 'latest' } & Page)
  | { type: 'failed'; error: string }
  | { type: 'olderRequested' }
  | ({ type: 'older' } & Page)
  | { type: 'olderFailed' }
  | { type: 'stale' }
  | { type: 'posted'; message: Message }
  | { type: 'changed'; messageId: number; change: MessageChange }
  | { type: 'sending'; pending: Pick<PendingMessage, 'clientId' | 'content' | 'createdAt'> }
  | { type: 'sendFailed'; clientId: string; error: string; retryAt: number | null }
  | { type: 'discarded'; clientId: string };

export const EMPTY: RoomMessages = {
  status: 'idle',
  error: null,
  items: [],
  pending: [],
  olderCursor: null,
  loadingOlder: false,
  changes: {},
};

/** The state of a room's messages after an action. Any action may come twice, and events may overtake pages. */
export function messagesReducer(state: RoomMessages, action: MessagesAction): RoomMessages {
  switch (action.type) {
    case 'opened':
      return state.status === 'ready' ? state : { ...state, status: 'loading', error: null };
    case 'failed':
      return state.status === 'ready' ? state : { ...state, status: 'failed', error: action.error };
    case 'latest':
      return withLatest(state, action);
    case 'olderRequested':
      return { ...state, loadingOlder: true };
    case 'older':
      return { ...withItems(state, action.items), olderCursor: action.nextCursor, loadingOlder: false };
    case 'olderFailed':
      return { ...state, loadingOlder: false };
    case 'stale':
      return { ...EMPTY, pending: state.pending };
    case 'posted':
      return withItems(state, [action.message]);
    case 'changed':
      return withChange(state, action.messageId, action.change);
    case 'sending':
    case 'sendFailed':
    case 'discarded':
      return { ...state, pending: reducePending(state.pending, action) };
  }
}

/** The newest page: joined to what is there, or in its place when there may be a hole between the two. */
function withLatest(state: RoomMessages, { items, nextCursor }: Page): RoomMessages {
  const known = new Set(state.items.map((message) => message.id));
  const joins = state.status === 'ready' && (nextCursor === null || items.some((message) => known.has(message.id)));
  const oldest = Math.min(...items.map((message) => message.seq));
  const kept = joins ? state.items : state.items.filter((message) => message.seq >= oldest);
  const next = withItems({ ...state, items: kept }, items);
  return { ...next, status: 'ready', error: null, olderCursor: joins ? state.olderCursor : nextCursor };
}

function withItems(state: RoomMessages, incoming: readonly Message[]): RoomMessages {
  const byId = new Map(state.items.map((message) => [message.id, message]));
  for (const message of incoming) {
    const change = state.changes[message.id];
    const changed = change ? applyChange(message, change) : message;
    const known = byId.get(message.id);
    byId.set(message.id, known ? newer(known, changed) : changed);
  }
  const arrived = new Set(incoming.map((message) => message.clientId));
  return {
    ...state,
    items: [...byId.values()].sort((a, b) => a.seq - b.seq),
    pending: state.pending.filter((pending) => !arrived.has(pending.clientId)),
  };
}

function withChange(state: RoomMessages, messageId: number, change: MessageChange): RoomMessages {
  if (!state.items.some((message) => message.id === messageId)) {
    const earlier = state.changes[messageId];
    if (earlier && 'deletedAt' in earlier) return state;
    return { ...state, changes: { ...state.changes, [messageId]: change } };
  }
  const items = state.items.map((message) => (message.id === messageId ? applyChange(message, change) : message));
  return { ...state, items };
}

function applyChange(message: Message, change: MessageChange): Message {
  if (message.deletedAt) return message;
  if ('deletedAt' in change) return { ...message, content: '', fileUrl: null, deletedAt: change.deletedAt };
  if (Date.parse(change.updatedAt) < Date.parse(message.updatedAt)) return message;
  return { ...message, content: change.content, updatedAt: change.updatedAt, isEdited: true };
}

function newer(known: Message, next: Message): Message {
  if (known.deletedAt || next.deletedAt) return known.deletedAt ? known : next;
  return Date.parse(next.updatedAt) >= Date.parse(known.updatedAt) ? next : known;
}

function reducePending(
  pending: readonly PendingMessage[],
  action: Extract<MessagesAction, { type: 'sending' | 'sendFailed' | 'discarded' }>,
): readonly PendingMessage[] {
  if (action.type === 'discarded') return pending.filter(({ clientId }) => clientId !== action.clientId);
  if (action.type === 'sending') {
    const sending: PendingMessage = { ...action.pending, status: 'sending', error: null, retryAt: null };
    const again = pending.some(({ clientId }) => clientId === sending.clientId);
    return again ? pending.map((one) => (one.clientId === sending.clientId ? sending : one)) : [...pending, sending];
  }
  const { clientId, error, retryAt } = action;
  return pending.map((one) => (one.clientId === clientId ? { ...one, status: 'failed', error, retryAt } : one));
}

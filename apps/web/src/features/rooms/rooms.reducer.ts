import type { Message, Room } from '@dream-studio/sdk';

/** The rooms of the user, last activity first. */
export interface RoomsState {
  status: 'loading' | 'ready' | 'failed';
  error: string | null;
  rooms: readonly Room[];
  /** Where the next page of the list starts; null when it is whole. */
  nextCursor: string | null;
}

export type RoomsAction =
  | { type: 'listed'; rooms: readonly Room[]; nextCursor: string | null }
  | { type: 'listedMore'; rooms: readonly Room[]; nextCursor: string | null }
  | { type: 'failed'; error: string }
  | { type: 'loaded'; room: Room }
  | { type: 'gone'; roomId: number }
  | { type: 'posted'; message: Message; mine: boolean }
  | { type: 'edited'; roomId: number; seq: number; messageId: number; content: string }
  | { type: 'deleted'; roomId: number; seq: number; messageId: number; deletedAt: string }
  | { type: 'renamed'; roomId: number; seq: number; name: string }
  | { type: 'archived'; roomId: number; seq: number; archivedAt: string }
  | { type: 'read'; roomId: number; unread: number }
  | { type: 'readUpTo'; roomId: number; seq: number };

export const NO_ROOMS: RoomsState = { status: 'loading', error: null, rooms: [], nextCursor: null };

/** The list after an action. Events may overtake what was asked for: a room with the higher `seq` is the newer. */
export function roomsReducer(state: RoomsState, action: RoomsAction): RoomsState {
  switch (action.type) {
    case 'listed':
      return { ...NO_ROOMS, status: 'ready', rooms: merge(state.rooms, action.rooms), nextCursor: action.nextCursor };
    case 'listedMore': {
      const listed = new Set(action.rooms.map(({ id }) => id));
      const others = state.rooms.filter(({ id }) => !listed.has(id));
      return {
        ...state,
        rooms: sorted([...others, ...merge(state.rooms, action.rooms)]),
        nextCursor: action.nextCursor,
      };
    }
    case 'failed':
      return state.status === 'ready' ? state : { ...state, status: 'failed', error: action.error };
    case 'loaded': {
      const others = state.rooms.filter(({ id }) => id !== action.room.id);
      return { ...state, rooms: sorted([...others, ...merge(state.rooms, [action.room])]) };
    }
    case 'gone':
      return { ...state, rooms: state.rooms.filter(({ id }) => id !== action.roomId) };
    default: {
      const roomId = action.type === 'posted' ? action.message.roomId : action.roomId;
      return { ...state, rooms: sorted(state.rooms.map((room) => (room.id === roomId ? update(room, action) : room))) };
    }
  }
}

type RoomEvent = Exclude<RoomsAction, { type: 'listed' | 'listedMore' | 'failed' | 'loaded' | 'gone' }>;

function update(room: Room, action: RoomEvent): Room {
  if (action.type === 'read') return { ...room, unread: action.unread };
  if (action.type === 'readUpTo') return action.seq >= (room.lastMessage?.seq ?? 0) ? { ...room, unread: 0 } : room;
  if (action.type === 'posted') return withPosted(room, action.message, action.mine);
  const seq = Math.max(room.seq, action.seq);
  if (action.type === 'renamed') return { ...room, seq, name: action.name };
  if (action.type === 'archived') return { ...room, seq, archivedAt: action.archivedAt };
  const last = room.lastMessage;
  if (last?.id !== action.messageId) return { ...room, seq };
  const lastMessage: Message =
    action.type === 'edited'
      ? { ...last, content: action.content, isEdited: true }
      : { ...last, content: '', deletedAt: action.deletedAt };
  return { ...room, seq, lastMessage };
}

function withPosted(room: Room, message: Message, mine: boolean): Room {
  if (message.seq <= (room.lastMessage?.seq ?? 0)) return room;
  const unread = mine || message.type === 'SYSTEM' ? room.unread : room.unread + 1;
  return { ...room, seq: Math.max(room.seq, message.seq), lastMessage: message, unread };
}

const merge = (known: readonly Room[], next: readonly Room[]): Room[] => {
  const byId = new Map(known.map((room) => [room.id, room]));
  return next.map((room) => {
    const before = byId.get(room.id);
    return before && before.epoch === room.epoch && before.seq > room.seq ? before : room;
  });
};

const activity = (room: Room) => Date.parse(room.lastMessage?.createdAt ?? room.createdAt);
const sorted = (rooms: readonly Room[]) => [...rooms].sort((a, b) => activity(b) - activity(a) || b.id - a.id);

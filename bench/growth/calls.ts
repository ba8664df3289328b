import { io } from 'socket.io-client';
import { tokenOf } from '../lib/server.js';
import { PAGE, type Place } from './seed.js';

/** One user's calls, over HTTP and over one socket. */
export interface Caller {
  get(path: string): Promise<unknown>;
  post(path: string, body: object): Promise<unknown>;
  emit(event: string, payload: object): Promise<unknown>;
  close(): void;
}

/** A call that is measured. */
export type Call = (caller: Caller, place: Place) => Promise<unknown>;

export async function connect(url: string, { userId }: Place): Promise<Caller> {
  const token = await tokenOf(userId);
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const socket = io(url, { auth: { token, userId }, transports: ['websocket'], forceNew: true });
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('connect_error', reject));
  const request = async (path: string, init: RequestInit) => {
    const response = await fetch(`${url}/shared/chat${path}`, { ...init, headers });
    const body = await response.json();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(body)}`);
    return body;
  };
  return {
    get: (path) => request(path, {}),
    post: (path, body) => request(path, { method: 'POST', body: JSON.stringify(body) }),
    emit: async (event, payload) => {
      const answer = await socket.emitWithAck(event, payload);
      if (!answer.ok) throw new Error(`${event}: ${JSON.stringify(answer.error)}`);
      return answer.data;
    },
    close: () => socket.close(),
  };
}

const list =
  (limit: number): Call =>
  ({ get }) =>
    get(`/rooms?limit=${limit}`);

const members: Call = ({ get }, { roomId }) => get(`/rooms/${roomId}/members?limit=10`);

/** What target P7 names: the list is one of one room, also where there are more. */
export const PROMISED: Record<string, Call> = {
  'history, the newest page': ({ get }, { roomId }) => get(`/rooms/${roomId}/messages`),
  'room.sync of the last 50': ({ post }, { roomId, messages }) =>
    post('/sync', { rooms: { [roomId]: { since: Math.max(0, messages - PAGE) } } }),
  'room list, its first room': list(1),
  'message.create': ({ post }, { roomId }) => post(`/rooms/${roomId}/messages`, { content: 'One more' }),
};

const others: Record<string, Call> = {
  'history, from the middle': ({ get }, { roomId, messages }) =>
    get(`/rooms/${roomId}/messages?before=${Math.ceil(messages / 2)}`),
  'room.enter': ({ emit }, { roomId }) => emit('join_room', { roomId }),
  'room.markRead': ({ post }, { roomId }) => post(`/rooms/${roomId}/read`, { seq: 1 }),
};

export const CALLS: Record<'messages' | 'members' | 'rooms' | 'pages', Record<string, Call>> = {
  messages: { ...PROMISED, ...others },
  members: { ...PROMISED, ...others, 'members, a page of 10': members },
  rooms: { ...PROMISED, ...others },
  /** Where both have enough rooms for a page. */
  pages: { 'room list, a page of 50': list(PAGE) },
};

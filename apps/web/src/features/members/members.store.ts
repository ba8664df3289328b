import type { ChatClient, Member } from '@dream-studio/sdk';
import { coalesceByKey } from '@/lib/coalesce';
import { createStore } from '@/lib/store';

const REFRESH_MS = 200;
/** Pages of 100 read for one room: who is in a larger room is not all shown here. */
const PAGES_MAX = 10;

export type MembersStore = ReturnType<typeof createMembersStore>;

/** Who is in the rooms that were opened. */
export function createMembersStore(chat: ChatClient, userId: number, report: (error: unknown) => void) {
  const state = createStore<Readonly<Record<number, readonly Member[]>>>({});

  const load = async (roomId: number) => {
    const members: Member[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < PAGES_MAX; page++) {
      const { items, nextCursor } = await chat.members.list({ roomId, limit: 100, ...(cursor && { cursor }) });
      members.push(...items);
      if (nextCursor === null) break;
      cursor = nextCursor;
    }
    state.set((rooms) => ({ ...rooms, [roomId]: members }));
  };

  const refresh = coalesceByKey((roomId: number) => void load(roomId).catch(report), REFRESH_MS);
  const onChange = ({ roomId, userId: changed }: { roomId: number; userId: number }) => {
    if (state.get()[roomId] && changed !== userId) refresh.call(roomId);
  };

  return {
    state,
    load,

    async add(roomId: number, userIds: number[]) {
      await chat.members.add({ roomId, userIds });
      await load(roomId);
    },

    async remove(roomId: number, memberId: number) {
      await chat.members.remove({ roomId, userId: memberId });
      await load(roomId);
    },

    async setRole(roomId: number, memberId: number, role: Member['role']) {
      await chat.members.setRole({ roomId, userId: memberId, role });
      await load(roomId);
    },

    listen: () => [
      chat.on('member:added', onChange),
      chat.on('member:removed', onChange),
      chat.on('member:role', onChange),
      refresh.cancel,
    ],
  };
}

import { createChatClient } from '@dream-studio/sdk';
import { type Login, login } from './logins.js';
import type { Store } from './store.js';
import { openTab, type Tab } from './tab.js';

/** Beyond those of a world, with whom they share no room: nobody else knows of them. */
let nextUser = 5_000;

/** A call of two, in a room of nobody else's. */
export interface Talk {
  readonly callId: number;
  readonly caller: Login;
  readonly callee: Login;
  /** Of the caller, and of the callee: they never come back by themselves. */
  readonly tabs: readonly [Tab, Tab];
}

/** As the database has it. */
export interface CallState {
  status: string;
  /** Who takes part, by their ids. */
  present: number[];
}

export async function startTalk(callerUrl: string, calleeUrl: string): Promise<Talk> {
  const [caller, callee] = [await login(callerUrl, nextUser++), await login(calleeUrl, nextUser++)];
  const { id: roomId } = await createChatClient(caller).rooms.create({ name: 'Talk', memberIds: [callee.userId] });
  const tabs = [await openTab(caller), await openTab(callee)] as const;
  const { data } = await tabs[0].call('call:initiated', { roomId, callType: 'AUDIO' });
  const { callId } = data as { callId: number };
  await tabs[1].call('call:answered', { callId });
  return { callId, caller, callee, tabs };
}

export async function readCall(store: Store, { callId }: Talk): Promise<CallState> {
  const [row] = await store.query(`
    SELECT status::text AS status, (SELECT coalesce(jsonb_agg(user_id ORDER BY user_id), '[]')
      FROM call_participants WHERE call_id = ${callId} AND left_at IS NULL) AS present
    FROM calls WHERE id = ${callId}`);
  return row as unknown as CallState;
}

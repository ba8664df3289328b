import { createChatClient } from '@dream-studio/sdk';

// A client in a process of its own, to be killed: shows a room, answers its call and types on. Says `typing` once it does.

const [url = '', token = '', roomId = ''] = process.argv.slice(2);
const chat = createChatClient({ url, token, transports: ['websocket'] });
await chat.connect();
const room = chat.room(Number(roomId));
const ready = new Promise<void>((resolve) => {
  room.subscribe(() => room.get().status === 'ready' && resolve());
});
room.open();
await ready;
const [call] = (await chat.calls.list({ roomId: Number(roomId), limit: 1 })).items;
if (!call) throw new Error('no call to answer');
await chat.calls.answer({ callId: call.callId });
room.typing();
setInterval(room.typing, 1_000);
console.log('typing');

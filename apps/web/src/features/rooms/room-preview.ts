import type { Message, Room } from '@dream-studio/sdk';

const KINDS: Record<Message['type'], string> = {
  TEXT: '',
  SYSTEM: '',
  IMAGE: 'Photo',
  VIDEO: 'Video',
  AUDIO: 'Audio',
  FILE: 'File',
};

/** The last message of a room in one line: who said what. */
export function roomPreview(room: Room, userId: number): string {
  const last = room.lastMessage;
  if (!last) return 'No messages yet';
  if (last.deletedAt) return 'Message deleted';
  const text = last.content || KINDS[last.type];
  if (last.senderId === userId) return `You: ${text}`;
  if (room.type === 'DIRECT' || last.type === 'SYSTEM') return text;
  return `${last.sender.name.split(' ')[0]}: ${text}`;
}

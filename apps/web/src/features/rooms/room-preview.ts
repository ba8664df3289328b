import type { Message, Room } from '@dream-studio/sdk';

const KINDS: Record<Message['type'], string> = {
  TEXT: '',
  SYSTEM: '',
  IMAGE: 'Photo',
  VIDEO: 'Video',
  AUDIO: 'Audio',
  FILE: 'File',
};

/** More than a line of the list can show. */
const PREVIEW_MAX = 200;

/** The last message of a room in one line: who said what. */
export function roomPreview(room: Room, userId: number): string {
  const last = room.lastMessage;
  if (!last) return 'No messages yet';
  if (last.deletedAt) return 'Message deleted';
  const text = oneLine(last.content) || KINDS[last.type];
  if (last.senderId === userId) return `You: ${text}`;
  if (room.type === 'DIRECT' || last.type === 'SYSTEM') return text;
  return `${last.sender.name.split(' ')[0]}: ${text}`;
}

/** Without line breaks and the signs of Markdown, which say nothing in a line of plain text. */
function oneLine(content: string): string {
  return content
    .slice(0, PREVIEW_MAX)
    .replace(/!?\[([^\]]+)\]\([^)\s]*\)/g, '$1')
    .replace(/^\s*(?:#{1,6}|>|[-*+]|\d+\.)\s+/gm, '')
    .replace(/```\w*/g, '')
    .replace(/(\*\*|__|~~|`)(?=\S)(.+?)\1/gs, '$2')
    .replace(/\s+/g, ' ')
    .trim();
}

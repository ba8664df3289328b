import { BOUNDS } from '@dream-studio/sdk';

const DAY_MS = 86_400_000;

const startOfDay = (date: Date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
const daysAgo = (date: Date, now: Date) => Math.round((startOfDay(now) - startOfDay(date)) / DAY_MS);

const clock = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'long' });
const shortDate = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const longDate = new Intl.DateTimeFormat(undefined, {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
});
const fullDate = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'short' });

/** `14:05` */
export const formatTime = (iso: string): string => clock.format(new Date(iso));

/** The whole date and time, for titles and screen readers. */
export const formatFull = (iso: string): string => fullDate.format(new Date(iso));

/** Two instants share this key when they are on the same day here. */
export const dayKey = (iso: string): number => startOfDay(new Date(iso));

/** `Today`, `Yesterday`, or the date. */
export function formatDay(iso: string, now = new Date()): string {
  const date = new Date(iso);
  const days = daysAgo(date, now);
  if (days === 0) return 'Today';
  return days === 1 ? 'Yesterday' : longDate.format(date);
}

/** As short as a list wants it: the time today, then the weekday, then the date. */
export function formatWhen(iso: string, now = new Date()): string {
  const date = new Date(iso);
  const days = daysAgo(date, now);
  if (days <= 0) return clock.format(date);
  if (days === 1) return 'Yesterday';
  return days < 7 ? weekday.format(date) : shortDate.format(date);
}

/** `just now`, `5 min ago`, `2 h ago`, then the date. */
export function formatAgo(iso: string, now = new Date()): string {
  const minutes = Math.floor((now.getTime() - new Date(iso).getTime()) / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  return minutes < 24 * 60 ? `${Math.floor(minutes / 60)} h ago` : formatWhen(iso, now);
}

export const formatCount = (count: number, noun: string, plural = `${noun}s`): string =>
  `${count.toLocaleString()} ${count === 1 ? noun : plural}`;

/** How many are unread, or `999+`: the server counts no further. */
export const formatUnread = (count: number): string =>
  count < BOUNDS.unreadMax ? String(count) : `${BOUNDS.unreadMax - 1}+`;

/** Up to two letters that stand for a name. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const first = firstLetter(words[0]);
  const last = words.length > 1 ? firstLetter(words.at(-1)) : '';
  return (first + last).toLocaleUpperCase() || '?';
}

/** By code point, so that an emoji stays whole. */
const firstLetter = (word = ''): string => [...word][0] ?? '';

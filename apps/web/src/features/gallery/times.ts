const MINUTE_MS = 60_000;

export const minutesAgo = (minutes: number): Date => new Date(Date.now() - minutes * MINUTE_MS);

export const daysAgo = (days: number, minutes = 0): Date => minutesAgo(days * 24 * 60 + minutes);

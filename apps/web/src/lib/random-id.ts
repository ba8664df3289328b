/** 128 random bits as hex. Not `crypto.randomUUID`, which exists in secure contexts only (not on http://192.168.…). */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

interface Platform {
  crypto?: { getRandomValues?: (bytes: Uint8Array) => Uint8Array };
}

/**
 * 128 random bits as hex: unique, and no secret. Not `crypto.randomUUID`, which exists in secure contexts only (not on
 * http://192.168.…); and React Native has no `crypto` at all.
 */
export const randomId = (): string => {
  const bytes = new Uint8Array(16);
  const { crypto } = globalThis as Platform;
  if (crypto?.getRandomValues) crypto.getRandomValues(bytes);
  else for (let index = 0; index < bytes.length; index++) bytes[index] = Math.floor(Math.random() * 256);
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
};

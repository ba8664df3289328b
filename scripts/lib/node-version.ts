/** The oldest Node this project runs on, as [major, minor]. */
const OLDEST = [20, 19] as const;

export function isSupportedNode(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

// Checked on import: what is imported after this file may already need the newer Node.
if (!isSupportedNode(process.versions.node)) {
  console.error(`Node ${process.versions.node} is too old: Dream Studio Chat needs Node ${OLDEST.join('.')} or newer.`);
  process.exit(1);
}

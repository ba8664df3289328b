/** What the platform says of the device's network, where it says anything: browsers do, Node and React Native do not. */
interface Platform {
  navigator?: { onLine?: boolean };
  addEventListener?: (event: string, listener: () => void) => void;
  removeEventListener?: (event: string, listener: () => void) => void;
}

const platform = globalThis as Platform;

/** A hint only: a server on the same machine can be reached without any network. */
export const hasNoNetwork = (): boolean => platform.navigator?.onLine === false;

/** Calls back when the network comes or goes; returns what ends that. */
export const onNetworkChange = (listener: () => void): (() => void) => {
  platform.addEventListener?.('online', listener);
  platform.addEventListener?.('offline', listener);
  return () => {
    platform.removeEventListener?.('online', listener);
    platform.removeEventListener?.('offline', listener);
  };
};

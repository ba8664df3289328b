import { createContext, useCallback, useContext, useSyncExternalStore } from 'react';

/** The window whose size counts, where that is not the page's: inside of a frame. */
export const ViewContext = createContext<Pick<Window, 'matchMedia'> | null>(null);

/** Whether a media query holds; `false` while rendering on the server. */
export function useMediaQuery(query: string): boolean {
  const view = useContext(ViewContext);
  const subscribe = useCallback(
    (listener: () => void) => {
      const list = (view ?? window).matchMedia(query);
      list.addEventListener('change', listener);
      return () => list.removeEventListener('change', listener);
    },
    [view, query],
  );
  return useSyncExternalStore(
    subscribe,
    () => (view ?? window).matchMedia(query).matches,
    () => false,
  );
}

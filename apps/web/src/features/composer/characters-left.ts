import { BOUNDS } from '@dream-studio/sdk';

/** How many characters a message may still have: code points, as the server counts them. Negative when too long. */
export const charactersLeft = (text: string): number =>
  BOUNDS.contentMaxLength - (text.length > BOUNDS.contentMaxLength / 2 ? [...text].length : text.length);

import data from 'emojibase-data/en/data.json';

/** Made once, by the build: the emoji picker's data, from this app because the page may ask nobody else. */
export const dynamic = 'force-static';

export const GET = () => Response.json(data);

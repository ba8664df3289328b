import messages from 'emojibase-data/en/messages.json';

/** Made once, by the build: the names of the emoji picker's categories. */
export const dynamic = 'force-static';

export const GET = () => Response.json(messages);

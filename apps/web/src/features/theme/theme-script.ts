/** Where the choice is kept in the browser. */
export const THEME_KEY = 'dream-studio.theme';

/** Runs before the first paint, so that a dark page does not begin with a white flash. */
export const THEME_SCRIPT = `try{var t=localStorage.getItem('${THEME_KEY}');if(t==='light'||t==='dark')document.documentElement.dataset.theme=t}catch(e){}`;

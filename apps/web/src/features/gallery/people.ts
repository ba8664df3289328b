import type { User } from '@dream-studio/sdk';

export type Person = User;

/** Far from the ids of people who are signed in to this browser: drafts are kept by them. */
const FIRST_ID = 900_000_001;

const NAMES = {
  ann: 'Ann Smith',
  bob: 'Bob Miller',
  cem: 'Cem Aydın',
  dora: 'Dora Lindqvist',
  eve: 'Eve Okafor',
  finn: 'Finn Ó Briain',
  grace: 'Grace Hopper-Montgomery of the Harbour Office',
};

const person = (name: string, index: number): Person => ({ id: FIRST_ID + index, name, picture: null });

const entries = Object.entries(NAMES).map(([key, name], index) => [key, person(name, index)] as const);

/** Who is in the examples; Ann looks at them, where nothing else is said. */
export const PEOPLE = Object.fromEntries(entries) as Record<keyof typeof NAMES, Person>;

/** As many more as a room is to have. */
export const crowd = (count: number): Person[] =>
  Array.from({ length: count }, (_, index) =>
    person(`${FIRST_NAMES[index % 20]} ${LAST_NAMES[index % 17]}`, 100 + index),
  );

const FIRST_NAMES =
  'Ada Bela Carl Dina Emil Fay Gus Hana Ivo June Kofi Lea Max Noor Olga Paul Quinn Rosa Sven Tara'.split(' ');
const LAST_NAMES =
  'Abel Brandt Costa Dunn Eriksen Fox Garcia Haddad Ito Jansen Keller Lopez Mensah Novak Ortiz Pereira Winter'.split(
    ' ',
  );

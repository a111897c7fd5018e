/** The settings of the trunk, as the console sees and changes them. */
export * from '../nouns/settings.ts';

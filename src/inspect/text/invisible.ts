/** Characters that show nothing: soft hyphens, zero-width ones, direction marks, variation selectors, tags (UAX 44). */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;

/** The text without what cannot be seen. */
export function removeInvisible(text: string): string {
  return text.replace(INVISIBLE, '');
}

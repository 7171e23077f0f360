/**
 * What survives of a name that anybody may have chosen (security rule 23): format characters (bidirectional marks,
 * zero-width ones, tags, soft hyphens) and other invisible ones are dropped, controls, line breaks and white space
 * become one space, and what is longer than `max` code points is cut and ends with "…". A lone surrogate becomes "�".
 * The result is one line of plain text; whoever prints it still encodes it for the place where it is printed.
 */
export function displayText(text: string, max = 80): string {
  // A hostile name may have a million characters: the part that can survive is cut out before it is cleaned.
  const cleaned = text
    .slice(0, max * SCANNED_PER_CHARACTER)
    .replaceAll(CONTROLS, ' ')
    .replaceAll(INVISIBLE, '')
    .replaceAll(LONE_SURROGATES, '\uFFFD')
    .replaceAll(WHITE_SPACE, ' ')
    .trim();
  const points = Array.from(cleaned);
  if (points.length <= max) return cleaned;
  return `${points
    .slice(0, max - 1)
    .join('')
    .trimEnd()}…`;
}

const SCANNED_PER_CHARACTER = 64;
/** Tab, newline, NEL, escape and the rest of C0 and C1: they separate words, so a space takes their place. */
const CONTROLS = /\p{Cc}/gu;
/** Bidirectional, zero-width and tag characters, and letters and marks that show nothing (Unicode's own list). */
const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;
const LONE_SURROGATES = /\p{Cs}/gu;
/** \s includes U+2028 and U+2029, the line characters outside of the controls. */
const WHITE_SPACE = /[\s\u{2800}]+/gu;

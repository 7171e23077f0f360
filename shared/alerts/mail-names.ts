import { displayText } from '../display-text.ts';

/**
 * A name from a directory as a mail may show it: one clean line in which nothing looks like a link, because mail
 * programs turn "login.example.com" into one by themselves, and anybody may register an application (security rule
 * 23). The break is a zero-width space. Not yet encoded for HTML.
 */
export function nameInMail(text: string, max = 80): string {
  return displayText(text, max).replaceAll(LINK_JOINTS, (joint) => `${joint}${BREAK}`);
}

const BREAK = '\u200B';
/** The colon before //, a dot between a label and a letter or digit, and an at sign. */
const LINK_JOINTS = /:(?=\/\/)|(?<=[\p{L}\p{N}-])[.\u3002\uFF0E](?=[\p{L}\p{N}])|@(?=\S)/gu;

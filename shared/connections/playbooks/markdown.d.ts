/** A Markdown file as text: the bundler's text loader, and a plugin in vitest.config.ts. */
declare module '*.md' {
  const text: string;
  export default text;
}

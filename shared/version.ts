/** Of this installation; a test keeps it equal to package.json and to the newest entry of CHANGELOG.md. */
export const VERSION = '0.1.0';

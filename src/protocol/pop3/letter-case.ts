/** Case of ASCII letters. In octets no others have any: `ß` made upper case would be `SS`. */
const SMALL = /[a-z]/;
const CAPITAL = /[A-Z]/;

export const upperCase = (text: string): string =>
  SMALL.test(text) ? text.replace(/[a-z]+/g, (part) => part.toUpperCase()) : text;

export const lowerCase = (text: string): string =>
  CAPITAL.test(text) ? text.replace(/[A-Z]+/g, (part) => part.toLowerCase()) : text;

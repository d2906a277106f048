/** Case of ASCII letters. In octets no others have any: `ß` made upper case would be `SS`. */
export const upperCase = (text: string): string => text.replace(/[a-z]+/g, (part) => part.toUpperCase());
export const lowerCase = (text: string): string => text.replace(/[A-Z]+/g, (part) => part.toLowerCase());

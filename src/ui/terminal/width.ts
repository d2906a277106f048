/** Columns a text takes in a terminal: East Asian wide characters and emoji two, combining marks none. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/;
const MARK = /\p{Mn}/u;

export function widthOf(text: string): number {
  let width = 0;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if (code < 0x300) width += char === '\t' ? 8 - (width % 8) : 1;
    else if (MARK.test(char)) width += 0;
    else width += code > 0x1f000 || WIDE.test(char) ? 2 : 1;
  }
  return width;
}

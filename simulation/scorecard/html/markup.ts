/** Text that is already markup; `html` makes it. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template; null shows nothing. */
export type Content = Markup | string | number | null | readonly Content[];

/** Markup from a template: strings put into it are escaped, for text and for attributes in double quotes. */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  const [first = '', ...others] = parts;
  return new Markup(first + others.map((part, index) => render(contents[index]!) + part).join(''));
}

/** A number for an attribute of a drawing, to a tenth of a pixel. */
export function px(value: number): number {
  return Math.round(10 * value) / 10;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function render(content: Content): string {
  if (content === null) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'string') return content.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
  return typeof content === 'number' ? String(content) : content.map(render).join('');
}

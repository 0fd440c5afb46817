const PLACEHOLDER = /^<([\w.-]+)>/;

/** A piece of a template: text as it is, or the name of a variable and whether it stands inside quotes. */
type Piece = { text: string } | { variable: string; quoted: boolean };

/**
 * Fills an input template: inside quotes a value becomes text, outside it becomes JSON, so a string gets its quotes.
 * A variable without a value leaves nothing inside quotes and an empty string outside.
 */
export function fillTemplate(template: string, lookUp: (variable: string) => unknown): string {
  return split(template)
    .map((piece) => ('text' in piece ? piece.text : render(lookUp(piece.variable), piece.quoted)))
    .join('');
}

/** The variables that a template names. */
export function variablesOf(template: string): string[] {
  return split(template).flatMap((piece) => ('variable' in piece ? [piece.variable] : []));
}

function split(template: string): Piece[] {
  const pieces: Piece[] = [];
  let text = '';
  let quoted = false;
  for (let index = 0; index < template.length; index += 1) {
    const variable = template[index] === '<' ? template.slice(index).match(PLACEHOLDER)?.[1] : undefined;
    if (variable) {
      pieces.push({ text }, { variable, quoted });
      text = '';
      index += variable.length + 1;
      continue;
    }
    if (template[index] === '\\' && index + 1 < template.length) {
      text += template[index];
      index += 1;
    } else if (template[index] === '"') {
      quoted = !quoted;
    }
    text += template[index];
  }
  return [...pieces, { text }];
}

function render(value: unknown, quoted: boolean): string {
  if (!quoted) return JSON.stringify(value ?? '');
  if (value === undefined || value === null) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return JSON.stringify(text).slice(1, -1);
}

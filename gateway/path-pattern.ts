/**
 * A path of a route: literal segments, `*` or `{name}` for any one segment, and `/**` at the end
 * for whatever follows, nothing included.
 */
export type PathPattern = {
  readonly text: string;
  /** The literal, or null where any segment fits; without the final `**`. */
  readonly segments: readonly (string | null)[];
  readonly hasRest: boolean;
  readonly captures: readonly { readonly name: string; readonly index: number }[];
};

const SEGMENT = /^(?:[\w.~!$&'()+,=:@-]|%[0-9A-F]{2})+$/;
const CAPTURE = /^\{([a-z]\w*)\}$/i;

/** The pattern, or the reason why the text is none. */
export function parsePathPattern(text: string): PathPattern | string {
  if (!text.startsWith('/')) return 'a path starts with /';
  const parts = text === '/' ? [] : text.slice(1).split('/');
  const hasRest = parts.at(-1) === '**';
  if (hasRest) parts.pop();
  const wrong = parts.find((part) => part !== '*' && !CAPTURE.test(part) && !SEGMENT.test(part));
  if (wrong !== undefined) return complaintAbout(wrong);
  return {
    text,
    hasRest,
    segments: parts.map((part) => (part === '*' || CAPTURE.test(part) ? null : part)),
    captures: parts.flatMap((part, index) => {
      const name = CAPTURE.exec(part)?.[1];
      return name === undefined ? [] : [{ name, index }];
    }),
  };
}

/** Exact before prefix before pattern; within a kind the longer, more literal one first. */
export function comparePatterns(a: PathPattern, b: PathPattern): number {
  return (
    kindOf(a) - kindOf(b) ||
    literals(b) - literals(a) ||
    b.segments.length - a.segments.length ||
    Number(a.hasRest) - Number(b.hasRest)
  );
}

function complaintAbout(segment: string): string {
  if (segment === '') return 'a path has no empty segment and does not end with /';
  if (segment === '**') return '** stands only at the end of a path';
  return `'${segment}' is no literal, no * and no {name}`;
}

const literals = ({ segments }: PathPattern): number =>
  segments.filter((segment) => segment !== null).length;

function kindOf(pattern: PathPattern): number {
  if (pattern.segments.includes(null)) return 2;
  return pattern.hasRest ? 1 : 0;
}

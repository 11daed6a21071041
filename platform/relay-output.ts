/**
 * Passes on what the parts print. Structured log lines stay as they are, unless people read them:
 * on a terminal they become `name │ time level message key=value`. All other lines get their
 * part's name.
 */
export function relayLine(name: string, line: string, forPeople: boolean): string {
  const record = line.startsWith('{') ? parse(line) : undefined;
  if (record === undefined) return `${name.padEnd(NAME_WIDTH)} │ ${line}`;
  if (!forPeople) return line;
  const { '@timestamp': time, level, message, logger: _part, ...fields } = record;
  const pairs = Object.entries(fields).map(([key, value]) => `${key}=${textOf(value)}`);
  const words = [clockOf(time), shortLevel(level), textOf(message), ...pairs];
  return `${name.padEnd(NAME_WIDTH)} │ ${words.filter((word) => word !== '').join(' ')}`;
}

const NAME_WIDTH = 9;

function parse(line: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // A line that only looks like one.
  }
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

const clockOf = (time: unknown) => (typeof time === 'string' ? (time.split('T')[1] ?? time) : '');

/** Information is what lines are about; only more and less than that is worth a word. */
const shortLevel = (level: unknown) =>
  typeof level === 'string' && level !== 'INFO' ? level.toLowerCase() : '';

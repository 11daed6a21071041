import { z } from 'zod';

export const Regex = z.string().check((context) => {
  const reason = regexComplaint(context.value);
  if (reason !== undefined)
    context.issues.push({ code: 'custom', message: reason, input: context.value });
});

export const HeaderName = z.string().regex(/^[A-Za-z0-9!#$%&'*+.^`|~-]+$/, 'is no header name');
export const HeaderValue = z
  .string()
  .regex(/^[\u0020-\u007e\u0080-\u00ff]*$/, 'is no header value');

function regexComplaint(source: string): string | undefined {
  try {
    RegExp(source, 'u');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : 'is no regular expression';
  }
}

/** One server-sent event (HTML standard §9.2.6); `id` is absent when the event gave none. */
export type ServerEvent = { readonly event: string; readonly data: string; readonly id?: string };

/**
 * The events of a `text/event-stream` body as they arrive. Comments, which keep the connection
 * alive, are passed over; `onActivity` hears of every chunk, comments too.
 */
export async function* readEvents(
  body: AsyncIterable<Uint8Array>,
  onActivity: () => void = () => undefined,
): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  let fields = emptyFields();
  for await (const chunk of body) {
    onActivity();
    rest += decoder.decode(chunk, { stream: true });
    // A '\r' at the very end may be half of a '\r\n'.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line !== '') readField(fields, line);
      else {
        if (fields.data.length > 0) yield eventOf(fields);
        fields = emptyFields();
      }
    }
  }
}

type Fields = { event: string; data: string[]; id: string | undefined };

const emptyFields = (): Fields => ({ event: '', data: [], id: undefined });

function readField(fields: Fields, line: string): void {
  const colon = line.indexOf(':');
  const name = colon === -1 ? line : line.slice(0, colon);
  const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
  if (name === 'data') fields.data.push(value);
  else if (name === 'event') fields.event = value;
  else if (name === 'id') fields.id = value;
}

function eventOf({ event, data, id }: Fields): ServerEvent {
  return {
    event: event || 'message',
    data: data.join('\n'),
    ...(id === undefined ? {} : { id }),
  };
}

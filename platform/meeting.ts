/** Where several wait for each other: nobody goes on before all have come. `fail` sends all away. */
export type Meeting = {
  readonly come: () => Promise<void>;
  readonly fail: (error: unknown) => void;
};

export function createMeeting(count: number): Meeting {
  const met = Promise.withResolvers<void>();
  met.promise.catch(() => {}); // Those who come hear of it.
  let missing = count;
  return {
    come() {
      missing -= 1;
      if (missing === 0) met.resolve();
      return met.promise;
    },
    fail: (error) => met.reject(error),
  };
}

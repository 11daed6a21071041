/**
 * A command that runs another one, of a program that cannot notice that whoever started it is gone.
 * A shell stands in between: it reads a pipe that ends when we end, however we end, and then asks the
 * program to end by `signal`, and kills what that leaves behind.
 */
export function guarded(command: readonly string[], signal: 'INT' | 'TERM'): readonly string[] {
  return ['/bin/sh', '-c', GUARD, signal, ...command];
}

/** The signal's name is $0. Standard input is kept as 3, since a job in the background has none. */
const GUARD = `
exec 3<&0
"$@" 3<&- & program=$!
{
  read -r _ <&3
  kill -$0 $program
  while kill -0 $program; do sleep 0.05; done
  kill -KILL 0
} 2>/dev/null &
exec 3<&-
trap 'kill -$0 $program' INT TERM HUP
wait $program; code=$?
while kill -0 $program 2>/dev/null; do wait $program; code=$?; done
exit $code`;

/**
 * A command that runs another one, of a program that cannot notice that whoever started it is gone.
 * A shell stands in between: it reads a pipe that ends when we end, however we end, and then asks the
 * program to end by `signal`, and kills what that leaves behind.
 */
export function guarded(command: readonly string[], signal: 'INT' | 'TERM'): readonly string[] {
  return ['/bin/sh', '-c', GUARD, signal, ...command];
}

/**
 * The signal's name is $0. Standard input is kept as 3, since a job in the background has none. A
 * signal breaks off `wait`, which then has to be asked again, and says 127 when it had told all. What
 * the shell itself would say of a program that a signal ended is not printed: the exit code says it.
 */
const GUARD = `
asked=; program=
trap 'asked=yes; kill -$0 $program 2>/dev/null' INT TERM HUP
exec 3<&0
"$@" 3<&- & program=$!
{
  read -r _ <&3
  kill -$0 $program
  while kill -0 $program; do sleep 0.05; done
  kill -KILL 0
} 2>/dev/null &
exec 3<&-
[ -z "$asked" ] || kill -$0 $program
exec 2>/dev/null
wait $program; code=$?
while [ -n "$asked" ]; do
  asked=
  wait $program; again=$?
  [ $again = 127 ] || code=$again
done
exit $code`;

/**
 * What a probe container runs: nothing but a shell's built-ins, so that it works in every image with a `/bin/sh`. Each
 * script tries to do what a limit forbids and tells how far it came, one `name value` to a line.
 */

/** Looks around, then fills the folder, then opens processes. Stdin must stay open: the processes wait on it. */
export const LOOK = `
while read -r key value rest; do
  case "$key" in Uid:) echo "uid $value";; CapEff:) echo "caps $value";; NoNewPrivs:) echo "nnp $value";; Seccomp:) echo "seccomp $value";; esac
done </proc/self/status
echo "nofile $(ulimit -n)"
links=0
while read -r name rest; do
  case "$name" in lo:*|Inter-*|face*) ;; *:*) links=$((links + 1));; esac
done </proc/net/dev
echo "links $links"
routes=-1
while read -r line; do routes=$((routes + 1)); done </proc/net/route
echo "routes $((routes < 0 ? 0 : routes))"
for place in / /etc /usr /tmp /var /home /dev /dev/shm /run /sys /proc; do
  if (: >"$place/pawl-probe") 2>/dev/null; then echo "wrote $place"; fi
done
block=x
while [ \${#block} -lt 65536 ]; do block=$block$block; done
filled=0
while [ "$filled" -lt 512 ] && (printf %s "$block" >>/work/pawl-probe) 2>/dev/null; do filled=$((filled + 1)); done
echo "filled $((filled * 64))"
: >/work/pawl-probe
exec 3<&0
started=0
while [ "$started" -lt 256 ]; do
  { read -r x; } <&3 &
  started=$((started + 1))
  echo "process $started"
done
echo "processes unlimited"
read -r x
`;

/** Takes more and more memory. Each line tells how many kibibytes one string has by now. */
export const GROW = `
text=xxxxxxxxxxxxxxxx
size=16
while [ "$size" -lt 536870912 ]; do
  text=$text$text
  size=$((size * 2))
  echo "grown $((size / 1024))"
done
echo "grown enough"
`;

/** Keeps so many CPUs busy until it is ended. */
export const burn = (processes: number): string => `
count=0
while [ "$count" -lt ${processes} ]; do
  while :; do :; done &
  count=$((count + 1))
done
echo "burning yes"
while :; do :; done
`;

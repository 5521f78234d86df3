// bin/verify.sh, and the commands of the README that do as much: signature, hashes, nothing added, with the tools of any host.
// Owns what they say; which files lie in `signatures/` comes from signature-files.ts.
import { signaturesOfToday, sumsFile } from './signature-files.ts'
import { sshNamespace } from './sshsig.ts'

/** Everything that no bundle holds: a name with a line break (which would look like two names), a link or the like, an empty folder. */
export const strange = `find . -name "$(printf '*\\n*')" -o ! -type f ! -type d -o -type d -empty`
/** The list of what is in the folder and not in SHA256SUMS, or the other way round; the list itself and the signatures stand in no list. */
export const strangers = `{ find . -type f | sed 's|^\\./|  |'; printf '  %s\\n' ${[sumsFile, ...signaturesOfToday].join(' ')}; cat ${sumsFile}; } | sed 's/^[0-9a-f]*  //' | sort | uniq -u`

/** Exit: 0 trusted, 1 tampered, 2 cannot be checked here, 3 intact but no trusted key was given. */
export const verifyScript = `#!/bin/sh
# Verifies this bundle with stock tools: sh bin/verify.sh /path/to/trusted-publisher.pub.pem
# The signature is checked with openssl, minisign or ssh-keygen, the first that is here.
# Exit: 0 trusted, 1 tampered, 2 cannot be checked here, 3 intact but no trusted key was given.
set -u
LC_ALL=C
export LC_ALL
# Names may hold anything: nothing but plain characters goes to the terminal.
tampered() { printf 'TAMPERED: %s\\n' "$1" | tr -c '[:print:]\\n' '?' >&2; exit 1; }
unchecked() { echo "NOT CHECKED: $1" >&2; exit 2; }
here=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd) || exit 2
key=\${1:-}
if [ -n "$key" ]; then
  case $key in /*) ;; *) key=$PWD/$key ;; esac
  [ -r "$key" ] || unchecked "the trusted key $key cannot be read"
fi
cd "$here" || exit 2
for tool in sha256sum base64 od find sort sed uniq cmp cut tr; do
  command -v "$tool" >/dev/null 2>&1 || unchecked "this needs $tool"
done
sums=SHA256SUMS
publisher=signatures/publisher.pub.pem
for file in "$sums" ${signaturesOfToday.join(' ')}; do
  [ -f "$file" ] && [ ! -L "$file" ] || tampered "$file is missing or no ordinary file"
done
# A public key in PEM is 44 bytes in base64, of which the last 32 are the key.
hex() { sed -n '/^-----BEGIN PUBLIC KEY-----/,/^-----END PUBLIC KEY-----/p' "$1" | sed '/^-----/d' | tr -d ' \\r\\n' | base64 -d 2>/dev/null | od -An -v -tx1 | tr -d ' \\n'; }
bytes() { printf '%s' "$1" | sed 's/../& /g' | tr ' ' '\\n' | while read -r two; do [ -z "$two" ] || printf "\\\\$(printf '%03o' "0x$two")"; done; }
canonical() { printf -- '-----BEGIN PUBLIC KEY-----\\n%s\\n-----END PUBLIC KEY-----\\n' "$(bytes "$1" | base64 | tr -d '\\n')"; }
ed25519() { [ "\${#1}" -eq 88 ] && [ "\${1#302a300506032b6570032100}" != "$1" ]; }
inside=$(hex "$publisher")
if [ -n "$key" ]; then
  given=$(hex "$key")
  ed25519 "$given" || unchecked "$key is not an Ed25519 public key in PEM"
  [ "$given" = "$inside" ] || tampered "the key inside is not the trusted publisher's"
fi
ed25519 "$inside" && canonical "$inside" | cmp -s - "$publisher" || tampered "the key inside is damaged"
id=$(bytes "$inside" | sha256sum | cut -c 1-16)
raw=\${inside#302a300506032b6570032100}
with=
case $(openssl version 2>/dev/null) in "OpenSSL 0."* | "OpenSSL 1."* | LibreSSL* | "") ;; *) with=openssl ;; esac
[ -n "$with" ] || { command -v minisign >/dev/null 2>&1 && with=minisign; }
[ -n "$with" ] || { command -v ssh-keygen >/dev/null 2>&1 && with=ssh-keygen; }
signed=1
case $with in
  openssl) openssl pkeyutl -verify -rawin -pubin -inkey "$publisher" -in "$sums" -sigfile signatures/SHA256SUMS.sig >/dev/null 2>&1 && signed=0 ;;
  minisign) minisign -q -V -m "$sums" -x signatures/SHA256SUMS.minisig -P "$(bytes "4564$id$raw" | base64 | tr -d '\\n')" >/dev/null 2>&1 && signed=0 ;;
  ssh-keygen)
    ssh=$(bytes "0000000b7373682d6564323535313900000020$raw" | base64 | tr -d '\\n')
    echo "publisher@$id namespaces=\\"${sshNamespace}\\" ssh-ed25519 $ssh" | cmp -s - signatures/allowed_signers || tampered "signatures/allowed_signers names another key"
    ssh-keygen -Y verify -f signatures/allowed_signers -I "publisher@$id" -n ${sshNamespace} -s signatures/SHA256SUMS.sshsig < "$sums" >/dev/null 2>&1 && signed=0 ;;
  *) unchecked "this needs OpenSSL 3 or newer, minisign or ssh-keygen" ;;
esac
[ "$signed" -eq 0 ] || tampered "the signature of SHA256SUMS is not the publisher's (asked $with)"
# A name with a line break would look like two names below; find fails where it may not look.
broken=$(find . -name "$(printf '*\\n*')") || unchecked "a folder cannot be looked into"
[ -z "$broken" ] || tampered "there is a name with a line break: $broken"
strange=$(find . ! -type f ! -type d) || unchecked "a folder cannot be looked into"
[ -z "$strange" ] || tampered "there is something that is neither a file nor a folder: $strange"
empty=$(find . -type d -empty) || unchecked "a folder cannot be looked into"
[ -z "$empty" ] || tampered "there is an empty folder, which no bundle has: $empty"
different=$(${strangers})
[ -z "$different" ] || tampered "these files were added or removed: $different"
sha256sum -c --strict --quiet "$sums" || tampered "a file does not have its listed hash"
if [ -z "$key" ]; then
  echo "INTACT, PUBLISHER UNKNOWN: give the publisher's public key to check who signed (asked $with)" >&2
  exit 3
fi
echo "TRUSTED: signature and all hashes agree (asked $with)"
`

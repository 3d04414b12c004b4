#!/bin/sh
# Opens the archived keys of one mailbox with openssl, argon2 and Python alone, without kmadmin.
#
#     open.sh km.db ADDRESS ANSWERS FOLDER
#
# ANSWERS has a line `administrator<TAB>password` for exactly as many administrators as recovering asks
# for. Each archived key is written to the new FOLDER as KEY.pem, KEY being the SHA-256 of its public
# key. Work on a copy of km.db, on a machine that nobody else uses: keys stand on command lines.
set -eu
umask 077

here=$(dirname "$0")
database=$1 address=$2 answers=$3 folder=$4
tab=$(printf '\t')
mkdir "$folder"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

open_with_secret() { openssl cms -decrypt -binary -inform DER -in "$1" -secretkey "$2" -out "$3"; }
open_with_key() { openssl cms -decrypt -binary -inform DER -in "$1" -inkey "$2" -out "$3"; }
pem() { openssl pkey -inform DER -in "$1" -out "$2"; }

python3 "$here/objects.py" take "$database" "$address" "$work"

# 1. and 2. Each password opens its seat, each seat its share.
: > "$work/shares"
while IFS="$tab" read -r name password; do
  line=$(grep -F "$name$tab" "$work/seats" | grep "^$name$tab") || { echo "no administrator is named $name" >&2; exit 1; }
  IFS="$tab" read -r _ seat salt kib passes lanes <<END
$line
END
  secret=$(printf %s "$password" | argon2 "$salt" -id -v 13 -k "$kib" -t "$passes" -p "$lanes" -l 32 -r)
  open_with_secret "$work/seat-$seat.cms" "$secret" "$work/seat.der"
  pem "$work/seat.der" "$work/seat.pem"
  open_with_key "$work/share-$seat.cms" "$work/seat.pem" "$work/share.der"
  python3 "$here/objects.py" share "$work/share.der" >> "$work/shares"
done < "$answers"

# 3. The shares are joined to the secret of "recover".
secret=$(python3 "$here/combine.py" < "$work/shares")

# 4. It opens the archive keys, and each of them the keys that were sealed to it.
for sealed in "$work"/archive-*.cms; do
  archive=$(basename "$sealed" .cms)
  archive=${archive#archive-}
  open_with_secret "$sealed" "$secret" "$work/archive.der"
  pem "$work/archive.der" "$work/archive.pem"
  for key in "$work/key-$archive"-*.cms; do
    [ -e "$key" ] || continue
    name=$(basename "$key" .cms)
    open_with_key "$key" "$work/archive.pem" "$work/key.der"
    pem "$work/key.der" "$folder/${name##*-}.pem"
  done
done

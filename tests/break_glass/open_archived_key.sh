#!/bin/sh
# Opens the archived keys of a mailbox from km.db alone, without kmadmin.
#
#     open_archived_key.sh km.db ADDRESS OUT FOLDER
#
# FOLDER holds one file for each administrator who takes part, as many as the act "recover" asks
# for: its name is the administrator's, its content the password, without a line end (in Unicode's
# composed form, NFC, as most keyboards give it). OUT gets key-….pem and key-….cer for each key the
# mailbox ever had. Needed: openssl 3, argon2 (Debian's package), python3; and of this folder
# extract.py, which takes octets out of the database, and combine.py, which combines shares.
#
# What happens, step by step; everything sealed is a CMS object that "openssl cms" reads:
#  1. A password becomes a key by Argon2id; its salt and costs stand in the newest manifest, or, if
#     the password was changed, in the administrator's last statement.
#  2. That key opens the administrator's RSA key (table seat, column sharing_key).
#  3. The RSA key opens the administrator's share of the secret of "recover" (table share).
#  4. As many shares as the act asks for give the secret.
#  5. The secret opens the archive keys (table archive_key), RSA keys.
#  6. The archive key opens the archived keys (table archived_key), PKCS#8.
# The startup password is not needed. Work on a copy of the file, on a machine without a network,
# and remove what was made afterwards: OUT holds private keys in the clear.
set -eu
umask 077
[ $# -eq 4 ] || { sed -n '2,5p' "$0" >&2; exit 2; }
db=$1 address=$2 out=$3 passwords=$4
here=$(dirname "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
extract() { python3 -B "$here/extract.py" "$@"; }
# A key-encryption key is named in the envelope; openssl takes the name and the key in hexadecimal.
hex() { printf %s "$1" | od -An -v -tx1 | tr -d ' \n'; }
# unseal NAME KEY: standard input under a key-encryption key
unseal() { openssl cms -decrypt -inform DER -binary -secretkeyid "$(hex "$1")" -secretkey "$2"; }
# unseal_rsa KEYFILE: standard input under an RSA key
unseal_rsa() { openssl cms -decrypt -inform DER -binary -keyform DER -inkey "$1"; }

needed=$(extract number "$db")
: > "$work/shares"
given=0
for file in "$passwords"/*; do
    [ "$given" -lt "$needed" ] || break
    set -- $(extract seat "$db" "$(basename "$file")" "$work")                                  # 1
    key=$(argon2 "$1" -id -v 13 -k "$2" -t "$3" -p "$4" -l 32 -r < "$file")
    unseal "administrator password" "$key" < "$work/seat.cms" > "$work/seat.der"                # 2
    unseal_rsa "$work/seat.der" < "$work/share.cms" > "$work/share.der"                         # 3
    extract share "$work/share.der" >> "$work/shares"
    given=$((given + 1))
done
[ "$given" -eq "$needed" ] || { echo "$needed administrators are needed, $given are here" >&2; exit 1; }
secret=$(python3 -B "$here/combine.py" < "$work/shares")                                        # 4
extract archive "$db" "$work"
for sealed in "$work"/archive-*.cms; do
    unseal recover "$secret" < "$sealed" > "${sealed%.cms}.der"                                 # 5
done
mkdir -p "$out"
extract keys "$db" "$address" "$work" | while read -r key archive; do
    unseal_rsa "$work/$archive.der" < "$work/$key.cms" > "$work/$key.der"                       # 6
    openssl pkey -inform DER -in "$work/$key.der" -out "$out/$key.pem"
    openssl x509 -inform DER -in "$work/$key.cer" -out "$out/$key.cer"
    echo "$out/$key.pem"
done

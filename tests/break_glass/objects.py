#!/usr/bin/env python3
"""Takes what the break-glass procedure needs out of a copy of km.db, without kmadmin.

    objects.py take km.db ADDRESS FOLDER     writes the sealed objects of one mailbox as files
    objects.py share FILE                    prints an opened share as combine.py reads it: x:y

FOLDER receives

    seats               one line a seat: name, number, salt, KiB, passes, lanes, between tabs
    seat-NUMBER.cms     the seat's RSA key, under its administrator's password
    share-NUMBER.cms    the seat's share of the secret of "recover", to that RSA key
    archive-ID.cms      an archive key, under that secret
    key-ID-KEY.cms     an archived key of the mailbox, to the archive key ID

Nothing is secret in these files; nothing is checked here. Only Python's standard library is used.
"""

import pathlib
import sqlite3
import sys

RECOVER = 1  # the number of the row "Recover a user's keys"


def elements(octets):
    """The elements of a DER sequence's content, as (tag, content)."""
    found, at = [], 0
    while at < len(octets):
        tag, length, at = octets[at], octets[at + 1], at + 2
        if length & 0x80:
            size = length & 0x7F
            length, at = int.from_bytes(octets[at : at + size], "big"), at + size
        found.append((tag, octets[at : at + length]))
        at += length
    return found


def contents(octets):
    """The contents of the elements of one DER sequence."""
    ((_, inside),) = elements(octets)
    return [content for _, content in elements(inside)]


def number(octets):
    return int.from_bytes(octets, "big", signed=True)


def seat_keys(keys):
    """Version, salt, KiB, passes, lanes; the public keys between them are not needed."""
    version, _, _, salt, kib, passes, lanes = [content for _, content in elements(keys)]
    return number(version), salt.decode(), number(kib), number(passes), number(lanes)


def seats(database):
    """The seats of the newest manifest, with what each has said since of its own keys."""
    (body,) = database.execute("SELECT body FROM manifest ORDER BY generation DESC LIMIT 1").fetchone()
    listed = contents(body)[4]
    found = {}
    for _, seat in elements(listed):
        identifier, name, keys = [content for _, content in elements(seat)]
        found[number(identifier)] = [name.decode(), seat_keys(keys)]
    for seat, said in database.execute("SELECT seat, body FROM seat_statement ORDER BY seat, version"):
        if seat in found:
            keys = seat_keys(contents(said)[2])
            if found[seat][1][0] < keys[0]:
                found[seat][1] = keys
    return found


def take(path, address, folder):
    folder = pathlib.Path(folder)
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    found = seats(database)
    with open(folder / "seats", "w", encoding="utf-8") as listed:
        for seat, (name, (_, *parameters)) in sorted(found.items()):
            print(name, seat, *parameters, sep="\t", file=listed)

    def write(name, octets):
        (folder / f"{name}.cms").write_bytes(octets)

    for seat, sealed in database.execute("SELECT id, sharing_key FROM seat WHERE sharing_key IS NOT NULL"):
        write(f"seat-{seat}", sealed)
    for seat, sealed in database.execute("SELECT seat, sealed FROM share WHERE guard = ?", (RECOVER,)):
        write(f"share-{seat}", sealed)
    for key, sealed in database.execute("SELECT key_id, sealed FROM archive_key"):
        write(f"archive-{key.hex()}", sealed)
    archived = database.execute(
        "SELECT archived_key.archive_key, archived_key.key_id, archived_key.sealed FROM archived_key"
        " JOIN mailbox USING (guid) WHERE mailbox.address = ?",
        (address,),
    )
    for archive, key, sealed in archived:
        write(f"key-{archive.hex()}-{key.hex()}", sealed)


def share(path):
    """SEQUENCE { label, OCTET STRING { SEQUENCE { x INTEGER, y OCTET STRING } } }"""
    _, content = contents(pathlib.Path(path).read_bytes())
    x, y = contents(content)
    print(f"{number(x)}:{y.hex()}")


def main():
    match sys.argv[1:]:
        case ["take", path, address, folder]:
            take(path, address, folder)
        case ["share", path]:
            share(path)
        case _:
            raise SystemExit(__doc__)


main()

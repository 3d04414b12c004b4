#!/usr/bin/env python3
"""Takes sealed objects out of km.db, without kmadmin.

Part of the break-glass procedure, see open_archived_key.sh. Nothing is decrypted here: openssl
does that. Only Python's standard library is used.

    extract.py number DB              how many administrators' shares are needed
    extract.py seat DB NAME DIR       an administrator's sealed key and share; prints what turns
                                      the password into a key: salt, KiB of memory, passes, lanes
    extract.py share FILE             an opened share as x:y, which combine.py takes
    extract.py archive DB DIR         every sealed archive key
    extract.py keys DB ADDRESS DIR    every archived key of a mailbox, and its certificates;
                                      prints a line each: the key's file, the archive key's file
"""

import sqlite3
import sys
from pathlib import Path

RECOVER = 1  # the guard that the archive keys are under


def read(octets):
    """The values of a DER encoding: lists for what is constructed, octets for the rest."""
    values, at = [], 0
    while at < len(octets):
        tag, length, at = octets[at], octets[at + 1], at + 2
        if length & 0x80:
            count = length & 0x7F
            length, at = int.from_bytes(octets[at : at + count], "big"), at + count
        content, at = octets[at : at + length], at + length
        values.append(read(content) if tag & 0x20 else content)
    return values


def number(octets):
    return int.from_bytes(octets, "big")


def manifest(db):
    """The newest list of administrators, guards and archive keys.

    SEQUENCE { version, installation, generation, previous,
               seats, each { id, name, keys }, guards, each { number, ... }, archive }
    """
    body = db.execute("SELECT body FROM manifest ORDER BY generation DESC LIMIT 1").fetchone()[0]
    return read(body)[0]


def seat(db, name, folder):
    """keys is { version, sharing, signing, salt, memory, passes, lanes }; an administrator who
    changed the password has said so in a statement { installation, seat, keys }."""
    for of, of_name, keys in manifest(db)[4]:
        if of_name.decode() == name:
            break
    else:
        raise ValueError(f"there is no administrator named {name}")
    query = "SELECT body FROM seat_statement WHERE seat = ? ORDER BY version"
    for (body,) in db.execute(query, (number(of),)):
        if number(keys[0]) < number(read(body)[0][2][0]):
            keys = read(body)[0][2]
    query = """SELECT sharing_key, share.sealed FROM seat JOIN share ON share.seat = seat.id
               WHERE seat.id = ? AND share.guard = ?"""
    key, share = db.execute(query, (number(of), RECOVER)).fetchone()
    (folder / "seat.cms").write_bytes(key)
    (folder / "share.cms").write_bytes(share)
    print(keys[3].decode(), *(number(cost) for cost in keys[4:7]))


def share(file):
    """SEQUENCE { label, content OCTET STRING }, and in that SEQUENCE { x, y }."""
    _label, content = read(Path(file).read_bytes())[0]
    x, y = read(content)[0]
    print(f"{number(x)}:{y.hex()}")


def archive(db, folder):
    for key_id, sealed in db.execute("SELECT key_id, sealed FROM archive_key"):
        (folder / f"archive-{key_id.hex()}.cms").write_bytes(sealed)


def keys(db, address, folder):
    query = """SELECT archived_key.key_id, archive_key, sealed, certificate.der
               FROM mailbox JOIN archived_key USING (guid)
               JOIN certificate ON certificate.key_id = archived_key.key_id
               WHERE mailbox.address = ? ORDER BY archived_at"""
    for key_id, under, sealed, certificate in db.execute(query, (address,)):
        (folder / f"key-{key_id.hex()}.cms").write_bytes(sealed)
        (folder / f"key-{key_id.hex()}.cer").write_bytes(certificate)
        print(f"key-{key_id.hex()} archive-{under.hex()}")


def main():
    try:
        act, file, *rest = sys.argv[1:]
        if act == "share":
            return share(file)
        db = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
        if act == "number":
            return print(number(manifest(db)[5][RECOVER][0]))
        acts = {"seat": seat, "archive": archive, "keys": keys}
        acts[act](db, *rest[:-1], Path(rest[-1]))
    except (KeyError, TypeError):
        sys.exit(__doc__)
    except (ValueError, OSError, sqlite3.Error) as error:
        sys.exit(f"extract.py: {error}")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Combines shares of a guard secret, without kmadmin.

Part of the break-glass procedure: an archived key is opened with openssl, argon2 and this
script alone. Each administrator's share is opened with openssl; then exactly as many shares
as the act asks for are given here, one on a line of standard input, as

    x:y        x is the share's number, decimal; y is 64 hexadecimal digits

Standard output is the secret, 64 hexadecimal digits: the key for openssl's -secretkey.

The shares are points of one polynomial for each octet over the field of 256 elements with
the polynomial x^8 + x^4 + x^3 + x + 1 (0x11b, as in AES); the secret is its value at 0
(Shamir 1979). Too few shares, or a wrong one, give a wrong secret: openssl refuses it.

Only Python's standard library is used.
"""

import sys

OCTETS = 32  # a secret of 256 bits


def tables():
    """Logarithms to the base 3, which generates all 255 elements but zero."""
    power, logarithm = [0] * 510, [0] * 256
    element = 1
    for exponent in range(255):
        power[exponent] = power[exponent + 255] = element
        logarithm[element] = exponent
        doubled = element << 1
        if doubled & 0x100:
            doubled ^= 0x11B
        element ^= doubled  # 3 * element
    return power, logarithm


POWER, LOGARITHM = tables()


def times(a, b):
    """The product in the field."""
    return POWER[LOGARITHM[a] + LOGARITHM[b]] if a and b else 0


def over(a, b):
    """The quotient in the field; b is not 0."""
    return POWER[LOGARITHM[a] + 255 - LOGARITHM[b]] if a else 0


def parse(line):
    """One share as (x, y); raises ValueError with a sentence."""
    number, colon, digits = line.partition(":")
    if not colon or not number.isascii() or not number.isdigit():
        raise ValueError("a share is written x:y")
    x, y = int(number), bytes.fromhex(digits)
    if not 1 <= x <= 255:
        raise ValueError("the number of a share is 1 to 255")
    if len(y) != OCTETS:
        raise ValueError("a share has 64 hexadecimal digits")
    return x, y


def combine(shares):
    """The secret: Lagrange's interpolation at 0. Addition and subtraction are both XOR."""
    if len({x for x, _ in shares}) != len(shares):
        raise ValueError("the same share was given twice")
    secret = bytearray(OCTETS)
    for x, y in shares:
        weight = 1
        for other, _ in shares:
            if other != x:
                weight = times(weight, over(other, other ^ x))
        for place, octet in enumerate(y):
            secret[place] ^= times(weight, octet)
    return bytes(secret)


def main():
    try:
        shares = [parse(line.strip()) for line in sys.stdin if line.strip()]
        if not shares:
            raise ValueError("no shares were given on standard input")
        print(combine(shares).hex())
    except ValueError as error:
        sys.exit(f"combine.py: {error}")


if __name__ == "__main__":
    main()

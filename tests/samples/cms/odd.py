#!/usr/bin/env python3
"""Makes the encrypted messages beside it, of forms that openssl and NSS do not write.

Needs the package cryptography (48). Run in an empty folder; the keys are for tests only. Each
message is to the key of its curve, named by the SHA-1 of its public point, and says "The secret.".
"""

import hashlib
import os
import pathlib

from cryptography.hazmat.primitives import hashes, keywrap, padding, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.x963kdf import X963KDF

CONTENT = b"The secret."
STD_DH_SHA256 = "1.3.132.1.11.1"
COFACTOR_DH_SHA256 = "1.3.132.1.14.1"
COFACTOR_DH_SHA1 = "1.3.133.16.840.63.0.3"
HKDF_SCHEME = {256: "1.2.840.113549.1.9.16.3.19", 384: "1.2.840.113549.1.9.16.3.20", 512: "1.2.840.113549.1.9.16.3.21"}
HASH = {1: hashes.SHA1(), 256: hashes.SHA256(), 384: hashes.SHA384(), 512: hashes.SHA512()}
WRAP = {16: "2.16.840.1.101.3.4.1.5", 24: "2.16.840.1.101.3.4.1.25", 32: "2.16.840.1.101.3.4.1.45"}
CBC = {16: "2.16.840.1.101.3.4.1.2", 24: "2.16.840.1.101.3.4.1.22", 32: "2.16.840.1.101.3.4.1.42"}
GCM = {16: "2.16.840.1.101.3.4.1.6", 24: "2.16.840.1.101.3.4.1.26", 32: "2.16.840.1.101.3.4.1.46"}


def tlv(tag, *parts):
    body = b"".join(parts)
    if len(body) < 0x80:
        return bytes([tag, len(body)]) + body
    octets = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + body


def open_tlv(tag, *parts):
    return bytes([tag, 0x80]) + b"".join(parts) + b"\0\0"


def oid(dotted):
    first, second, *rest = map(int, dotted.split("."))
    out = b""
    for arc in [40 * first + second, *rest]:
        septets = [arc & 0x7F]
        while arc := arc >> 7:
            septets.append(0x80 | arc & 0x7F)
        out += bytes(reversed(septets))
    return tlv(6, out)


def integer(value):
    return tlv(2, bytes([value]))


def octets(value):
    return tlv(4, value)


def point(public):
    return public.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def agreement(key, cek, scheme, bits, wrap_len, hkdf=False, ukm=None, null=False, curve_named=False):
    """KeyAgreeRecipientInfo of RFC 5753 and RFC 8418."""
    wrap = tlv(0x30, oid(WRAP[wrap_len]), b"\5\0" if null else b"")
    info = tlv(0x30, wrap, tlv(0xA0, octets(ukm)) if ukm else b"", tlv(0xA2, octets((8 * wrap_len).to_bytes(4, "big"))))
    ephemeral = ec.generate_private_key(key.curve)
    secret = ephemeral.exchange(ec.ECDH(), key.public_key())
    if hkdf:
        kek = HKDF(HASH[bits], wrap_len, None, info).derive(secret)
    else:
        kek = X963KDF(HASH[bits], wrap_len, info).derive(secret)
    curve = oid("1.2.840.10045.3.1.7") if curve_named else b""
    originator = tlv(0xA1, tlv(0x30, oid("1.2.840.10045.2.1"), curve), tlv(3, b"\0", point(ephemeral.public_key())))
    rid = tlv(0xA0, octets(hashlib.sha1(point(key.public_key())).digest()))
    keys = tlv(0x30, tlv(0x30, rid, octets(keywrap.aes_key_wrap(kek, cek))))
    return tlv(0xA1, integer(3), tlv(0xA0, originator), tlv(0xA1, octets(ukm)) if ukm else b"", tlv(0x30, oid(scheme), wrap), keys)


def cbc(cek):
    iv, padder = os.urandom(16), padding.PKCS7(128).padder()
    encryptor = Cipher(algorithms.AES(cek), modes.CBC(iv)).encryptor()
    content = encryptor.update(padder.update(CONTENT) + padder.finalize()) + encryptor.finalize()
    return tlv(0x30, oid(CBC[len(cek)]), octets(iv)), content


def gcm(cek, attributes=b""):
    nonce = os.urandom(12)
    encryptor = Cipher(algorithms.AES(cek), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(attributes)
    content = encryptor.update(CONTENT) + encryptor.finalize()
    return nonce, content, encryptor.tag


def content_info(kind, body, wrapped=tlv):
    return wrapped(0x30, oid(kind), wrapped(0xA0, body))


def enveloped(info, algorithm, content, before=b"", after=b"", wrapped=tlv):
    inner = wrapped(0x30, oid("1.2.840.113549.1.7.1"), algorithm, content)
    return content_info("1.2.840.113549.1.7.3", wrapped(0x30, integer(2), before, wrapped(0x31, info), inner, after), wrapped)


def auth_enveloped(info, cek, tag_len=16, said=16, attributes=None, kind="1.2.840.113549.1.7.1", after=b""):
    aad = tlv(0x31, *sorted(attributes)) if attributes else b""
    nonce, content, tag = gcm(cek, aad)
    parameters = tlv(0x30, octets(nonce), integer(said) if said else b"")
    inner = tlv(0x30, oid(kind), tlv(0x30, oid(GCM[len(cek)]), parameters), tlv(0x80, content))
    attrs = b"\xa1" + aad[1:] if attributes else b""
    body = tlv(0x30, integer(0), tlv(0x31, info), inner, attrs, octets(tag[:tag_len]), after)
    return content_info("1.2.840.113549.1.9.16.1.23", body)


def attribute(kind, value):
    return tlv(0x30, oid(kind), tlv(0x31, value))


def main():
    p256, p384 = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP384R1())
    save = lambda name, octets: pathlib.Path(name).write_bytes(octets)
    for name, key in (("p256.key", p256), ("p384.key", p384)):
        save(name, key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    k16, k24, k32 = (os.urandom(length) for length in (16, 24, 32))

    algorithm, content = cbc(k16)
    info = agreement(p256, k16, HKDF_SCHEME[256], 256, 16, hkdf=True, ukm=b"keying material")
    save("hkdf_sha256_ukm.cms", enveloped(info, algorithm, tlv(0x80, content)))
    save("hkdf_sha384.cms", auth_enveloped(agreement(p384, k32, HKDF_SCHEME[384], 384, 32, hkdf=True), k32))
    save("hkdf_sha512.cms", auth_enveloped(agreement(p256, k24, HKDF_SCHEME[512], 512, 24, hkdf=True), k24))

    info = agreement(p256, k32, STD_DH_SHA256, 256, 32, ukm=b"u" * 200, null=True, curve_named=True)
    save("ukm_null_curve.cms", auth_enveloped(info, k32))
    save("cofactor_sha1.cms", auth_enveloped(agreement(p384, k32, COFACTOR_DH_SHA1, 1, 32), k32))
    info = agreement(p256, k16, COFACTOR_DH_SHA256, 256, 16)
    for length in (12, 13, 14, 15):
        save(f"tag_{length}.cms", auth_enveloped(info, k16, length, None if length == 12 else length))
    save("tag_16_not_said.cms", auth_enveloped(info, k16, 16, None))

    kind, time = "1.2.840.113549.1.9.3", attribute("1.2.840.113549.1.9.5", tlv(23, b"261121120000Z"))
    data, signed = oid("1.2.840.113549.1.7.1"), oid("1.2.840.113549.1.7.2")
    unauthenticated = tlv(0xA2, time)
    save("attributes.cms", auth_enveloped(info, k16, attributes=[attribute(kind, data), time], after=unauthenticated))
    save("attributes_without_type.cms", auth_enveloped(info, k16, attributes=[time]))
    save("signed_inside.cms", auth_enveloped(info, k16, attributes=[attribute(kind, signed)], kind="1.2.840.113549.1.7.2"))
    save("bad_type_differs.cms", auth_enveloped(info, k16, attributes=[attribute(kind, signed)]))
    save("bad_type_unsaid.cms", auth_enveloped(info, k16, kind="1.2.840.113549.1.7.2"))
    save("bad_tag_8.cms", auth_enveloped(info, k16, 8, 8))
    save("bad_tag_shorter_than_said.cms", auth_enveloped(info, k16, 12, 16))

    # everything open, the content in pieces within pieces, with what else may stand there
    algorithm, content = cbc(k16)
    pieces = open_tlv(0xA0, octets(content[:3]), open_tlv(0x24, octets(content[3:9]), octets(b"")), octets(content[9:]))
    password = tlv(0xA3, integer(0), tlv(0x30, oid("1.2.840.113549.1.9.16.3.9")), octets(b"?"))
    other = tlv(0xA4, oid("1.2.3.4"), integer(1))
    unknown = tlv(0xA9, integer(1))
    originator = tlv(0xA0, tlv(0xA0))
    infos = password + other + unknown + info
    save("pieces.cms", enveloped(infos, algorithm, pieces, originator, tlv(0xA1, time), open_tlv))

    # what must not be taken for the other: the cipher of the one kind in the other kind
    nonce, content, tag = gcm(k16)
    algorithm = tlv(0x30, oid(GCM[16]), tlv(0x30, octets(nonce), integer(16)))
    save("bad_gcm_without_tag.cms", enveloped(info, algorithm, tlv(0x80, content)))
    algorithm, content = cbc(k16)
    inner = tlv(0x30, data, algorithm, tlv(0x80, content))
    body = tlv(0x30, integer(0), tlv(0x31, info), inner, octets(tag))
    save("bad_cbc_with_tag.cms", content_info("1.2.840.113549.1.9.16.1.23", body))

    # what is refused by name; what stands there as content does not matter
    for name, cipher in (("rc2", "1.2.840.113549.3.2"), ("ccm", "2.16.840.1.101.3.4.1.7"), ("unknown_cipher", "1.2.3.4")):
        algorithm = tlv(0x30, oid(cipher), octets(bytes(8)))
        save(f"{name}.cms", enveloped(info, algorithm, tlv(0x80, content)))
    algorithm = tlv(0x30, oid(CBC[16]), octets(bytes(16)))
    mqv = agreement(p256, k16, "1.3.133.16.840.63.0.16", 256, 16)
    save("mqv.cms", enveloped(mqv, algorithm, tlv(0x80, content)))


main()

#!/usr/bin/python3
"""A krp (RFC 9810 section 5.3.8) read field by field by decoders that are not ours.

krp.py MESSAGE.der TRANSPORT-KEY.der TEMPORARY-KEY

The header by pyasn1's rfc4210, the rest by asn1crypto with the few types that it lacks; the MAC, the
transport of the keys (RFC 9483 section 4.1.6) and the signature on them by Python's hashlib and
openssl. One JSON object on standard output; anything that is not as the standards say stops it.
"""

import hashlib
import hmac
import json
import subprocess
import sys
import tempfile

from asn1crypto import cms, core, x509
from pyasn1.codec.der import decoder
from pyasn1_modules import rfc4210, rfc5958


class Texts(core.SequenceOf):
    _child_spec = core.UTF8String


class Status(core.Sequence):
    _fields = [("status", core.Integer), ("text", Texts, {"optional": True}),
               ("failure", core.BitString, {"optional": True})]


class EncryptedKey(core.Choice):  # RFC 4211 section 2.1; the old form is not read
    _alternatives = [("enveloped", cms.EnvelopedData, {"implicit": 0})]


class CertOrEncCert(core.Choice):
    _alternatives = [("certificate", x509.Certificate, {"explicit": 0})]


class CertifiedKeyPair(core.Sequence):
    _fields = [("certificate", CertOrEncCert), ("key", EncryptedKey, {"explicit": 0})]


class Certificates(core.SequenceOf):
    _child_spec = x509.Certificate


class History(core.SequenceOf):
    _child_spec = CertifiedKeyPair


class KeyRecRepContent(core.Sequence):
    _fields = [("status", Status), ("signing", x509.Certificate, {"explicit": 0, "optional": True}),
               ("authorities", Certificates, {"explicit": 1, "optional": True}),
               ("history", History, {"explicit": 2, "optional": True})]


class Body(core.Choice):
    _alternatives = [("krp", KeyRecRepContent, {"explicit": 10})]


class Message(core.Sequence):
    _fields = [("header", core.Any), ("body", Body),
               ("protection", core.OctetBitString, {"explicit": 0}),
               ("certificates", Certificates, {"explicit": 1, "optional": True})]


class MacParameters(core.Sequence):
    _fields = [("salt", core.OctetString), ("owf", cms.DigestAlgorithm),
               ("iterations", core.Integer), ("mac", cms.HmacAlgorithm)]


def openssl(*arguments, data=b""):
    return subprocess.run(["openssl", *arguments], input=data, stdout=subprocess.PIPE, check=True).stdout


def mac_is_right(message, header, secret):
    algorithm = header["protectionAlg"]
    assert str(algorithm["algorithm"]) == "1.2.840.113533.7.66.13", algorithm
    parameters = MacParameters.load(bytes(algorithm["parameters"]))
    assert parameters["owf"]["algorithm"].native == "sha256"
    key = secret + parameters["salt"].native
    for _ in range(parameters["iterations"].native):
        key = hashlib.sha256(key).digest()
    assert parameters["mac"]["algorithm"].native == "sha256", parameters.native
    protected = core.Sequence(contents=message["header"].dump() + message["body"].dump()).dump()
    mac = hmac.new(key, protected, hashlib.sha256).digest()
    return hmac.compare_digest(mac, message["protection"].native)


def opened(enveloped, transport):
    """The content of EnvelopedData that has one recipient with an RSA key, RSAES-OAEP."""
    (recipient,) = enveloped["recipient_infos"]
    recipient = recipient.chosen
    assert recipient["key_encryption_algorithm"]["algorithm"].native == "rsaes_oaep"
    options = ["rsa_padding_mode:oaep", "rsa_oaep_md:sha256", "rsa_mgf1_md:sha256"]
    options = [word for option in options for word in ("-pkeyopt", option)]
    key = openssl("pkeyutl", "-decrypt", "-inkey", transport, "-keyform", "DER", *options,
                  data=recipient["encrypted_key"].native)
    content = enveloped["encrypted_content_info"]
    cipher = content["content_encryption_algorithm"]
    assert cipher["algorithm"].native == "aes256_cbc", cipher.native
    assert content["content_type"].native == "signed_data"
    return openssl("enc", "-d", "-aes-256-cbc", "-K", key.hex(),
                   "-iv", cipher["parameters"].native.hex(), data=content["encrypted_content"].native)


def package(octets, signer):
    """The AsymmetricKeyPackage in SignedData (RFC 5958), whose signature must be the signer's."""
    signed = cms.SignedData.load(octets)
    inner = signed["encap_content_info"]
    assert inner["content_type"].dotted == "2.16.840.1.101.2.1.2.78.5", inner["content_type"].native
    content = bytes(inner["content"])
    (info,) = signed["signer_infos"]
    attributes = {one["type"].native: one["values"] for one in info["signed_attrs"]}
    assert attributes["message_digest"][0].native == hashlib.sha256(content).digest()
    with tempfile.NamedTemporaryFile() as public, tempfile.NamedTemporaryFile() as signature:
        public.write(openssl("pkey", "-pubin", "-inform", "DER", data=signer.public_key.dump()))
        signature.write(info["signature"].native)
        public.flush()
        signature.flush()
        attributes = b"\x31" + info["signed_attrs"].dump()[1:]
        openssl("dgst", "-sha256", "-verify", public.name, "-signature", signature.name, data=attributes)
    keys, rest = decoder.decode(content, asn1Spec=rfc5958.AsymmetricKeyPackage())
    assert not rest and len(keys) == 1
    return keys[0]


def public_of(one_key):
    """The SubjectPublicKeyInfo that openssl makes of a private key."""
    assert one_key["version"] == 1  # v2: the public key is in it
    algorithm = one_key["privateKeyAlgorithm"]
    version = core.Integer(0).dump()
    oid = core.ObjectIdentifier(str(algorithm["algorithm"])).dump()
    algorithm = core.Sequence(contents=oid + bytes(algorithm["parameters"])).dump()
    private = core.OctetString(bytes(one_key["privateKey"])).dump()
    old = core.Sequence(contents=version + algorithm + private).dump()  # RFC 5208
    return openssl("pkey", "-inform", "DER", "-pubout", "-outform", "DER", data=old)


def main():
    file, transport, secret = sys.argv[1:]
    with open(file, "rb") as opened_file:
        message = Message.load(opened_file.read(), strict=True)
    # The module knows the versions of its day only.
    header, rest = decoder.decode(message["header"].dump(), asn1Spec=rfc4210.PKIHeader())
    assert not rest
    krp = message["body"].chosen
    signer = message["certificates"][0]
    keys = []
    for pair in krp["history"]:
        certificate = pair["certificate"].chosen
        one_key = package(opened(pair["key"].chosen, transport), signer)
        keys.append(public_of(one_key) == certificate.public_key.dump())
    print(json.dumps({
        "pvno": int(header["pvno"]),
        "transaction": bytes(header["transactionID"]).hex(),
        "nonces": [len(header["senderNonce"]), bytes(header["recipNonce"]).hex()],
        "mac": mac_is_right(message, header, secret.encode()),
        "status": krp["status"]["status"].native,
        "signing": krp["signing"].untag().dump().hex(),
        "authorities": len(krp["authorities"]),
        "certificates": [pair["certificate"].chosen.untag().dump().hex() for pair in krp["history"]],
        "keys": keys,
    }))


main()

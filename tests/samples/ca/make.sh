#!/bin/sh
# Makes the certificates beside it with OpenSSL 3; their keys are thrown away. Run in an empty folder.
set -eu
ca="basicConstraints = critical, CA:TRUE"
sign="keyUsage = critical, keyCertSign, cRLSign"
ids="subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid"
p256="-newkey ec -pkeyopt ec_paramgen_curve:P-256"
printf '[req]\ndistinguished_name = dn\n[dn]\n' > req.cnf

# root NAME EXTENSIONS OPTION…: a self-signed certificate
root() {
    name=$1 extensions=$2
    shift 2
    { cat req.cnf; printf '[ext]\n%s\n' "$extensions"; } > "$name.cnf"
    openssl req -x509 -config "$name.cnf" -extensions ext -nodes -keyout "$name.key" -out "$name.pem" \
        -subj "/C=XX/O=Sample/CN=$name" -days 9000 "$@"
}
# sub NAME ISSUER EXTENSIONS OPTION…: a certificate issued by another
sub() {
    name=$1 issuer=$2 extensions=$3
    shift 3
    printf '%s\n' "$extensions" > "$name.ext"
    openssl req -config req.cnf -new -nodes -keyout "$name.key" -out "$name.csr" -subj "/O=Sample/CN=$name" $p256
    openssl x509 -req -in "$name.csr" -CA "$issuer.pem" -CAkey "$issuer.key" -set_serial 0x4a11 -days 8000 \
        -extfile "$name.ext" -out "$name.pem" "$@"
}

root root "$ca
$sign
$ids" $p256
root root_plain "$ca" $p256
root root_sha1 "$ca
$sign" -newkey rsa:2048 -sha1
root root_md5 "$ca
$sign" -newkey rsa:2048 -md5
root root_pss "$ca
$sign" -newkey rsa:2048 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32
root root_ed25519 "$ca
$sign" -newkey ed25519
root root_p384_sha224 "$ca
$sign" -newkey ec -pkeyopt ec_paramgen_curve:P-384 -sha224
root rsa_1024 "$ca
$sign" -newkey rsa:1024
root secp256k1 "$ca
$sign" -newkey ec -pkeyopt ec_paramgen_curve:secp256k1
root explicit_curve "$ca
$sign" $p256 -pkeyopt ec_param_enc:explicit
root no_cert_sign "$ca
keyUsage = critical, cRLSign" $p256
root leaf "basicConstraints = CA:FALSE" $p256
root no_constraints "$sign" $p256
root unknown_critical "$ca
$sign
1.2.3.4 = critical, DER:0500" $p256
openssl req -x509 -config req.cnf -nodes -keyout v1.key -out v1.pem -subj /CN=v1 -days 9000 $p256
sub sub root "$ca
$sign
$ids"
sub sub_bare root "$ca
$sign"
sub sub_md5 root_md5 "$ca
$sign" -md5
sub sub_sha1 root_sha1 "$ca
$sign" -sha1
sub sub_no_usage root "$ca"
sub sub_tls root "$ca
$sign
extendedKeyUsage = serverAuth"
sub sub_mail root "$ca
$sign
extendedKeyUsage = emailProtection"
openssl crl2pkcs7 -nocrl -certfile root.pem -certfile sub.pem -outform DER -out three.p7b -certfile leaf.pem
openssl cms -sign -stream -binary -nodetach -in make.sh -signer root.pem -inkey root.key -certfile sub.pem -outform DER -out streamed.p7m 
openssl req -config req.cnf -new -key root.key -subj /CN=x -outform DER -out request.der
rm -f ./*.key ./*.csr ./*.ext ./*.cnf

//! What is made and what is judged, as tables.

/// Certificates: name | subject | kind of key | issuer | profile | further extensions (`;;` between two) |
/// first and last year | digest.
pub(super) const CERTIFICATES: &str = "
root | /O=Example/CN=Root | rsa2048 | root | ca | | 2026 2040 | sha256
other | /O=Other/CN=Root | ec | other | ca | | 2026 2040 | sha256
namesake | /O=Example/CN=CA | ec | namesake | ca | | 2026 2040 | sha256
ca | /O=Example/CN=CA | ec | root | ca | | 2026 2040 | sha256
anna | /CN=Anna | ec | ca | sign | subjectAltName=email:anna@example.com | 2026 2028 | sha256
direct | /CN=Anna | ec | root | sign | | 2026 2028 | sha256
alone | /CN=Anna | ec | alone | sign | | 2026 2028 | sha256
plain | /CN=Anna | ec | ca | bare | | 2026 2028 | sha256
enc | /CN=Anna | rsa2048 | ca | keyEncipherment emailProtection | | 2026 2028 | sha256
agree | /CN=Anna | ec | ca | keyAgreement emailProtection | | 2026 2028 | sha256
nonrep | /CN=Anna | ec | ca | nonRepudiation emailProtection | | 2026 2028 | sha256
web | /CN=Anna | ec | ca | digitalSignature serverAuth | | 2026 2028 | sha256
both | /CN=Anna | ec | ca | digitalSignature clientAuth,emailProtection | | 2026 2028 | sha256
any | /CN=Anna | ec | ca | digitalSignature anyExtendedKeyUsage | | 2026 2028 | sha256
ed | /CN=Anna | ed25519 | ca | digitalSignature,keyAgreement emailProtection | | 2026 2028 | sha256
odd | /CN=Anna | ec | ca | sign | 1.2.3.4=critical,ASN1:NULL | 2026 2028 | sha256
sha1 | /CN=Anna | ec | ca | sign | | 2026 2028 | sha1
md5 | /CN=Anna | ec | root | sign | | 2026 2028 | md5
small | /CN=Anna | rsa1024 | ca | sign | | 2026 2028 | sha256
below | /CN=Mallory | ec | anna | sign | | 2026 2028 | sha256
webca | /CN=Web CA | ec | root | ca | extendedKeyUsage=serverAuth | 2026 2040 | sha256
underweb | /CN=Anna | ec | webca | sign | | 2026 2028 | sha256
mailca | /CN=Mail CA | ec | root | ca | extendedKeyUsage=emailProtection | 2026 2040 | sha256
undermail | /CN=Anna | ec | mailca | sign | | 2026 2028 | sha256
oddca | /CN=Odd CA | ec | root | ca | 1.2.3.4=critical,ASN1:NULL | 2026 2040 | sha256
underodd | /CN=Anna | ec | oddca | sign | | 2026 2028 | sha256
oldca | /CN=Old CA | ec | root | ca | | 2020 2026 | sha256
underold | /CN=Anna | ec | oldca | sign | | 2025 2028 | sha256
usageca | /CN=Usage CA | ec | root | bare | basicConstraints=critical,CA:TRUE;;keyUsage=critical,cRLSign | 2026 2040 | sha256
underusage | /CN=Anna | ec | usageca | sign | | 2026 2028 | sha256
lastca | /CN=Last CA | ec | root | bare | basicConstraints=critical,CA:TRUE,pathlen:0;;keyUsage=keyCertSign | 2026 2040 | sha256
underlast | /CN=Anna | ec | lastca | sign | | 2026 2028 | sha256
extraca | /CN=Extra CA | ec | lastca | ca | | 2026 2040 | sha256
underextra | /CN=Anna | ec | extraca | sign | | 2026 2028 | sha256
hostca | /CN=Host CA | ec | root | ca | nameConstraints=critical,permitted;email:example.com | 2026 2040 | sha256
inhost | /CN=Anna | ec | hostca | sign | subjectAltName=email:anna@EXAMPLE.com | 2026 2028 | sha256
outhost | /CN=Anna | ec | hostca | sign | subjectAltName=email:anna@sub.example.com | 2026 2028 | sha256
outsubject | /CN=Anna/emailAddress=anna@example.org | ec | hostca | sign | | 2026 2028 | sha256
utf8in | /CN=Anna | ec | hostca | sign | subjectAltName=otherName:1.3.6.1.5.5.7.8.9;UTF8:änna@example.com | 2026 2028 | sha256
utf8out | /CN=Anna | ec | hostca | sign | subjectAltName=otherName:1.3.6.1.5.5.7.8.9;UTF8:änna@example.org | 2026 2028 | sha256
subca | /CN=Sub CA | ec | root | ca | nameConstraints=critical,permitted;email:.example.com | 2026 2040 | sha256
insub | /CN=Anna | ec | subca | sign | subjectAltName=email:anna@sub.example.com | 2026 2028 | sha256
outsub | /CN=Anna | ec | subca | sign | subjectAltName=email:anna@example.com | 2026 2028 | sha256
exclca | /CN=Excl CA | ec | root | ca | nameConstraints=critical,excluded;email:anna@example.com | 2026 2040 | sha256
excluded | /CN=Anna | ec | exclca | sign | subjectAltName=email:anna@example.com | 2026 2028 | sha256
notexcl | /CN=Bert | ec | exclca | sign | subjectAltName=email:bert@example.com | 2026 2028 | sha256
dirca | /CN=Dir CA | ec | root | ca | nameConstraints=critical,permitted;dirName:s;;[s];;O=Example | 2026 2040 | sha256
indir | /O=EXAMPLE/CN=Anna | ec | dirca | sign | | 2026 2028 | sha256
outdir | /O=Other/CN=Anna | ec | dirca | sign | | 2026 2028 | sha256
dnsca | /CN=Dns CA | ec | root | ca | nameConstraints=critical,permitted;DNS:example.com | 2026 2040 | sha256
mailindns | /CN=Anna | ec | dnsca | sign | subjectAltName=email:anna@example.com | 2026 2028 | sha256
dnsout | /CN=Anna | ec | dnsca | sign | subjectAltName=DNS:www.example.org | 2026 2028 | sha256
ipca | /CN=IP CA | ec | root | ca | nameConstraints=critical,permitted;IP:192.0.2.0/255.255.255.0 | 2026 2040 | sha256
ipin | /CN=Anna | ec | ipca | sign | subjectAltName=IP:192.0.2.7 | 2026 2028 | sha256
ipout | /CN=Anna | ec | ipca | sign | subjectAltName=IP:192.0.3.7 | 2026 2028 | sha256
a | /CN=A | ec | root | ca | | 2026 2040 | sha256
b | /CN=B | ec | other | ca | | 2026 2040 | sha256
a-by-b | /CN=A | key of a | b | ca | | 2026 2040 | sha256
b-by-a | /CN=B | key of b | a | ca | | 2026 2040 | sha256
undera | /CN=Anna | ec | a | sign | | 2026 2028 | sha256
point | /CN=Anna | ec | ca | sign | crlDistributionPoints=URI:http://example.com/a.crl | 2026 2028 | sha256
";

/// Lists: name | issuer | what is revoked | further extensions | first and last year.
pub(super) const LISTS: &str = "
ca.crl | ca | | authorityKeyIdentifier=keyid | 2026 2030
ca-anna.crl | ca | anna | authorityKeyIdentifier=keyid | 2026 2030
ca-old.crl | ca | | authorityKeyIdentifier=keyid | 2025 2026
ca-old-anna.crl | ca | anna | authorityKeyIdentifier=keyid | 2025 2026
namesake.crl | namesake | | | 2026 2030
root.crl | root | | authorityKeyIdentifier=keyid | 2026 2030
root-ca.crl | root | ca | authorityKeyIdentifier=keyid | 2026 2030
point-a.crl | ca | | issuingDistributionPoint=critical,@p;;[p];;fullname=URI:http://example.com/a.crl | 2026 2030
point-b.crl | ca | | issuingDistributionPoint=critical,@p;;[p];;fullname=URI:http://example.com/b.crl | 2026 2030
users.crl | ca | | issuingDistributionPoint=critical,@p;;[p];;onlyuser=TRUE | 2026 2030
cas.crl | ca | | issuingDistributionPoint=critical,@p;;[p];;onlyCA=TRUE | 2026 2030
";

/// Cases: certificate | certificates at hand | trusted ones | lists (none: not asked for) | year and purpose |
/// what we say, nothing for good | `differs` where OpenSSL says otherwise, and why.
pub(super) const CASES: &str = "
anna | ca | root | | 2027 sign | |
direct | | root | | 2027 sign | |
anna | ca webca anna other | other root | | 2027 sign | |
anna | namesake ca | root | | 2027 sign | |
plain | ca | root | | 2027 sign | |
anna | | ca | | 2027 sign | |
anna | | root | | 2027 sign | NoIssuer |
anna | ca | other | | 2027 sign | NoIssuer |
anna | ca root | other | | 2027 sign | SelfSigned |
anna | namesake | root | | 2027 sign | NoIssuer |
alone | | root | | 2027 sign | SelfSigned |
anna | ca | root | | 2029 sign | Expired |
anna | ca | root | | 2025 sign | NotYetValid |
underold | oldca | root | | 2027 sign | Expired |
enc | ca | root | | 2027 encrypt | |
enc | ca | root | | 2027 sign | KeyUsage |
anna | ca | root | | 2027 encrypt | KeyUsage |
nonrep | ca | root | | 2027 sign | |
agree | ca | root | | 2027 encrypt | | differs: its purpose knows keyEncipherment only, so no curves
agree | ca | root | | 2027 sign | KeyUsage |
ed | ca | root | | 2027 sign | |
ed | ca | root | | 2027 encrypt | KeyKind |
web | ca | root | | 2027 sign | Purpose |
both | ca | root | | 2027 sign | |
any | ca | root | | 2027 sign | | differs: RFC 8550 section 4.4.4 allows any purpose
odd | ca | root | | 2027 sign | UnknownCritical |
sha1 | ca | root | | 2027 sign | BrokenDigest |
md5 | | root | | 2027 sign | BrokenDigest |
small | ca | root | | 2027 sign | KeySize |
below | anna ca | root | | 2027 sign | NotCa |
underweb | webca | root | | 2027 sign | NotForMail |
undermail | mailca | root | | 2027 sign | |
underodd | oddca | root | | 2027 sign | UnknownCritical |
underusage | usageca | root | | 2027 sign | MayNotCertify |
underlast | lastca | root | | 2027 sign | |
underextra | extraca lastca | root | | 2027 sign | PathLength |
underextra | lastca | extraca | | 2027 sign | |
inhost | hostca | root | | 2027 sign | |
outhost | hostca | root | | 2027 sign | NameConstraint |
outsubject | hostca | root | | 2027 sign | NameConstraint |
utf8in | hostca | root | | 2027 sign | |
utf8out | hostca | root | | 2027 sign | NameConstraint |
insub | subca | root | | 2027 sign | |
outsub | subca | root | | 2027 sign | NameConstraint |
excluded | exclca | root | | 2027 sign | NameConstraint |
notexcl | exclca | root | | 2027 sign | |
indir | dirca | root | | 2027 sign | |
outdir | dirca | root | | 2027 sign | NameConstraint |
mailindns | dnsca | root | | 2027 sign | |
dnsout | dnsca | root | | 2027 sign | NameConstraint |
ipin | ipca | root | | 2027 sign | |
ipout | ipca | root | | 2027 sign | NameConstraint |
undera | a-by-b b-by-a | root | | 2027 sign | NoIssuer |
undera | a-by-b b-by-a a | root | | 2027 sign | |
undera | a a-by-b b-by-a b | other | | 2027 sign | | differs: it does not turn back from a path that ends
anna | ca | root | ca.crl root.crl | 2027 sign | |
anna | ca | root | users.crl root.crl | 2027 sign | |
anna | ca | root | ca-anna.crl root.crl | 2027 sign | Revoked |
anna | ca | root | ca.crl root-ca.crl | 2027 sign | Revoked |
anna | ca | root | root.crl | 2027 sign | NoList |
anna | ca | root | cas.crl root.crl | 2027 sign | NoList |
anna | ca | root | ca-old.crl root.crl | 2027 sign | RanOut |
anna | ca | root | ca-old-anna.crl root.crl | 2027 sign | Revoked |
anna | ca | root | namesake.crl root.crl | 2027 sign | NotVerified |
anna | ca | root | ca-old.crl ca.crl root.crl | 2027 sign | |
point | ca | root | point-a.crl root.crl | 2027 sign | |
point | ca | root | point-b.crl root.crl | 2027 sign | NoList |
";

//! The object identifiers of CMS and S/MIME that more than one file needs.

use der::asn1::ObjectIdentifier;

/// id-data (RFC 5652 section 4).
pub(super) const ID_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");
/// id-signedData (RFC 5652 section 5.1).
pub(super) const ID_SIGNED_DATA: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
/// id-envelopedData (RFC 5652 section 6.1).
pub(super) const ID_ENVELOPED_DATA: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.3");
/// id-aes128-CBC (RFC 3565 section 4.1).
pub(super) const ID_AES128_CBC: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.1.2");
/// id-aes256-CBC (RFC 3565 section 4.1).
pub(super) const ID_AES256_CBC: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.1.42");
/// id-aes128-GCM (RFC 5084 section 3.2).
pub(super) const ID_AES128_GCM: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.1.6");
/// id-aes256-GCM (RFC 5084 section 3.2).
pub(super) const ID_AES256_GCM: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.1.46");

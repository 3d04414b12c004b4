//! What a person types at a password prompt.

use crate::domain::names::AdministratorName;
use crate::domain::secret::Password;

/// A name and a password.
pub struct Credential {
    /// Who answers.
    pub administrator: AdministratorName,
    /// With which password.
    pub password: Password,
}

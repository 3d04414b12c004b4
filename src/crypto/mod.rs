//! Mechanism without policy: octets in, octets out; no database, and time is an argument.

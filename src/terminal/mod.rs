//! What the subcommands of both programs share: secrets from files or the terminal, text or one
//! JSON document out, and the exit status.

pub mod console;
pub mod failure;
pub mod source;

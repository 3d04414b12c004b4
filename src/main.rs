//! The Administrator.

fn main() {}

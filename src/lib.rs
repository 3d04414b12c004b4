//! kmadmin: a desktop certificate authority that enrols mail users for S/MIME, keeps their
//! encryption keys, and gives them back under as many administrators' passwords as the policy asks.

pub mod app;
pub mod batch;
pub mod crypto;
pub mod desk;
pub mod domain;
pub mod engine;
pub mod face;
pub mod mail;
pub mod store;
pub mod ui;
pub mod work;

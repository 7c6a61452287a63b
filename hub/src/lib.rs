//! The county hub: receives what phones send and delivers each filled form to its upstream.
//!
//! - [`hub`], [`village`], [`folder`]: the hub's folder, its villages, what an operator hands over.
//! - [`server`]: HTTP: enrol, sync, blobs, health, the operator's page.
//! - [`work`]: filling, delivery and receipts in the background.
//! - [`outbox`] and [`store`]: what is to be delivered, kept in the village's database.
//! - [`wire`]: messages and verdicts as specs describe them, pure.
//! - [`photo`]: photographs made small enough for a slot.
//! - [`hand`]: batches for systems without an interface, and the numbers they give.
//! - [`ledger`]: the ledger as files.
//! - [`operator`], [`token`]: what an operator sees and decides, and who is one.
//! - [`config`], [`upstream`]: whom the hub talks to, and the HTTP client that does.
//! - [`delivery`]: the workers that join these.

pub mod config;
pub mod delivery;
pub mod folder;
pub mod hand;
pub mod hub;
pub mod ledger;
pub mod operator;
pub mod outbox;
pub mod photo;
pub mod server;
pub mod store;
pub mod token;
pub mod upstream;
pub mod village;
pub mod wire;
pub mod work;

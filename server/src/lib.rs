//! The process around the features: command line, configuration, HTTP, and what runs beside the requests.

pub mod assets;
pub mod command;
pub mod configuration;
pub mod demonstration;
pub mod http;
pub(crate) mod scan_worker;
pub mod serve;
pub mod workers;

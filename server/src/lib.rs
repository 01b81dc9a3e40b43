//! The process around the features: command line, configuration, HTTP, and what runs beside the requests.

pub mod assets;
pub mod command;
pub mod configuration;
pub mod demonstration;
pub mod http;
pub mod mail_worker;
pub mod serve;
pub mod smtp;
pub mod workers;

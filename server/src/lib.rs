//! The process around the features: command line, configuration, HTTP, and what runs beside the requests.

pub mod assets;
pub mod backup;
pub mod command;
pub mod configuration;
pub mod connections;
pub mod demonstration;
pub mod http;
pub mod job_worker;
pub mod mail_worker;
pub mod metrics;
pub mod scan_worker;
pub mod serve;
pub mod smtp;
pub mod workers;

//! A company is any organisation the zone deals with: a maker of medicines, a hospital, an insurer, a cluster, an
//! authority. It has names in several languages, one or more kinds, and a stage in its relation with the zone.
//!
//! Its page is made of panels, one a file (`…_view.rs`); a new one is a file and a line in `pages.rs`.

#[cfg(feature = "ssr")]
pub mod affiliation_view;
pub mod api;
#[cfg(feature = "ssr")]
pub mod archive_view;
#[cfg(feature = "ssr")]
pub mod choice;
#[cfg(feature = "ssr")]
pub mod conflict;
#[cfg(feature = "ssr")]
pub mod documents_view;
#[cfg(feature = "ssr")]
pub mod edit;
#[cfg(feature = "ssr")]
pub mod events;
#[cfg(feature = "ssr")]
pub mod export;
#[cfg(feature = "ssr")]
pub mod facts_view;
#[cfg(feature = "ssr")]
pub mod filter;
#[cfg(feature = "ssr")]
pub mod follow_view;
#[cfg(feature = "ssr")]
pub mod form;
#[cfg(feature = "ssr")]
pub mod letters;
#[cfg(feature = "ssr")]
pub mod list_view;
#[cfg(feature = "ssr")]
pub mod messages_view;
pub mod model;
#[cfg(feature = "ssr")]
pub mod notes_view;
#[cfg(feature = "ssr")]
pub mod opened;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod people_view;
#[cfg(feature = "ssr")]
pub mod products_view;
pub mod proposal;
pub mod relation;
#[cfg(feature = "ssr")]
pub mod stage_view;
pub mod standing;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod terms;
#[cfg(feature = "ssr")]
pub mod timeline_view;

//! Signing: in the portal, by those who are named for each party, group after group; or on paper, which staff records. A
//! party has signed when all of its signatures that are needed are there, the agreement when all parties have.

#[cfg(feature = "ssr")]
pub mod acting;
#[cfg(feature = "ssr")]
pub mod clock;
#[cfg(feature = "ssr")]
pub mod door;
#[cfg(feature = "ssr")]
pub mod events;
pub mod form;
pub mod groups;
pub mod guest;
#[cfg(feature = "ssr")]
mod letters;
#[cfg(feature = "ssr")]
pub mod model;
#[cfg(feature = "ssr")]
pub mod pages;
pub mod paper;
pub mod plan;
#[cfg(feature = "ssr")]
pub mod section;
pub mod sign;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod today;
#[cfg(feature = "ssr")]
pub mod turn;

#[cfg(feature = "ssr")]
use read::place;

#[cfg(feature = "ssr")]
mod read {
    use uuid::Uuid;

    use super::groups::Stand;
    use super::model::Signatory;
    use super::store;
    use crate::backend::database::Tx;
    use crate::error::{Error, Result};
    use crate::time::Timestamp;

    /// A place of this round that staff's form names, and where it stands.
    pub(super) async fn place(
        tx: &mut Tx,
        agreement: Uuid,
        signatory: &str,
        now: Timestamp,
    ) -> Result<(Signatory, Stand)> {
        let (all, plan) = store::plan(tx, agreement).await?;
        let found = all.into_iter().find(|place| place.id.to_string() == signatory).ok_or(Error::NotFound)?;
        let stand = plan.stand(found.id, now.0).ok_or(Error::NotFound)?;
        Ok((found, stand))
    }
}

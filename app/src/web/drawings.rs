//! Drawings that are remembered: a page is a pure function of who looks, in which language, and what was read for it.
//!
//! Read the same again, it looks the same again. Nothing here can be out of date, since what was read is compared each
//! time; only the drawing is saved, which costs more than the reading.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::actor::Actor;
use crate::backend::context::Visit;
use crate::language::Language;
use crate::web::page::Section;

/// How many drawings of each kind are kept, of some 10 to 40 kB each.
const MOST: usize = 200;

/// The frame of a page in its pieces: between them go the title, the nonce and the main part.
pub type Frame = [String; 4];

/// Whose frame, and which entry of the navigation is marked.
pub type FrameKey = (Option<Actor>, Language, Section, Option<u32>);

/// The address, and the person who looks.
type MainKey = (String, uuid::Uuid);

/// What a page's main part is drawn from: who looks, the address, the language, and what was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sources {
    actor: Actor,
    language: Language,
    address: String,
    read: Vec<String>,
}

#[derive(Debug, Default)]
pub struct Drawings {
    frames: Mutex<HashMap<FrameKey, Arc<Frame>>>,
    /// The last drawing of each.
    mains: Mutex<HashMap<MainKey, (Sources, Arc<str>)>>,
}

impl Sources {
    pub fn new(visit: &Visit, actor: &Actor, read: Vec<String>) -> Self {
        Self { actor: actor.clone(), language: visit.language, address: visit.path.clone(), read }
    }

    /// What was read, as it was read.
    pub fn read(&self) -> &[String] {
        &self.read
    }

    fn key(&self) -> MainKey {
        (self.address.clone(), self.actor.id)
    }
}

impl Drawings {
    /// The frame of a page, drawn if it is not known.
    pub fn frame(&self, key: FrameKey, draw: impl FnOnce() -> Frame) -> Arc<Frame> {
        let known = self.frames.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        known.unwrap_or_else(|| {
            let frame = Arc::new(draw());
            keep(&self.frames, key, frame.clone());
            frame
        })
    }

    /// The main part drawn from exactly this.
    pub fn main(&self, sources: &Sources) -> Option<Arc<str>> {
        let mains = self.mains.lock().unwrap_or_else(PoisonError::into_inner);
        mains.get(&sources.key()).filter(|(known, _)| known == sources).map(|(_, main)| main.clone())
    }

    pub fn keep_main(&self, sources: Sources, main: Arc<str>) {
        keep(&self.mains, sources.key(), (sources, main));
    }
}

fn keep<K: std::hash::Hash + Eq, V>(all: &Mutex<HashMap<K, V>>, key: K, value: V) {
    let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
    if all.len() >= MOST {
        all.clear();
    }
    all.insert(key, value);
}
